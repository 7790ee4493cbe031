-- What a database of schema 4 may hold: what one of schema 3 may, and saved views.

INSERT INTO meta (id, database_id, epoch, head, pruned, log_bytes, created_at)
VALUES (1, '90ab12cd34ef5678', 'a1b2c3d4e5f60718', 2, 1, 16, 1782898200000)
ON CONFLICT (id) DO NOTHING;

INSERT INTO boards (id, name, key_prefix, repository_path, default_branch, next_number, revision, meta_revision, settings,
                    created_at, updated_at)
VALUES ('0197c0de-0000-7000-8000-000000000001', 'Website', 'WEB', '/home/ada/website', 'main', 5, 9, 2, '{}',
        1782898200000, 1782898260000);

INSERT INTO columns (id, board_id, key, title, wip_limit, position, revision) VALUES
    ('0197c0de-0000-7000-8000-000000000011', '0197c0de-0000-7000-8000-000000000001', 'backlog', 'Ideas', NULL, 0, 2),
    ('0197c0de-0000-7000-8000-000000000012', '0197c0de-0000-7000-8000-000000000001', NULL, 'Ready', 5, 1, 1),
    ('0197c0de-0000-7000-8000-000000000013', '0197c0de-0000-7000-8000-000000000001', 'inProgress', 'In Progress', 3, 2, 1),
    ('0197c0de-0000-7000-8000-000000000014', '0197c0de-0000-7000-8000-000000000001', 'review', 'Review', NULL, 3, 1),
    ('0197c0de-0000-7000-8000-000000000015', '0197c0de-0000-7000-8000-000000000001', 'done', 'Done', NULL, 4, 1);

INSERT INTO cards (id, board_id, column_id, position, number, key, title, description, type, priority, labels, revision,
                   created_at, updated_at, deleted_at) VALUES
    ('0197c0de-0000-7000-8000-000000000021', '0197c0de-0000-7000-8000-000000000001',
     '0197c0de-0000-7000-8000-000000000013', 1048576, 1, 'WEB-1', 'Sitemap', 'One page for *all* of them.', 'task', 'high',
     '["ui","seo"]', 3, 1782898200000, 1782898230000, NULL),
    ('0197c0de-0000-7000-8000-000000000022', '0197c0de-0000-7000-8000-000000000001',
     '0197c0de-0000-7000-8000-000000000012', 1048576, 2, 'WEB-2', 'Search', NULL, 'feature', NULL, '[]', 2, 1782898210000,
     1782898240000, NULL),
    ('0197c0de-0000-7000-8000-000000000023', '0197c0de-0000-7000-8000-000000000001',
     '0197c0de-0000-7000-8000-000000000015', -1048576, 3, 'WEB-3', 'Imprint', NULL, NULL, 'low', '[]', 2, 1782898220000,
     1782898250000, NULL),
    ('0197c0de-0000-7000-8000-000000000024', '0197c0de-0000-7000-8000-000000000001', NULL, 2097152, 4, 'WEB-4', 'Banner',
     NULL, 'bug', NULL, '[]', 4, 1782898230000, 1782898260000, 1782898260000);

INSERT INTO dependencies (card_id, depends_on, position) VALUES
    ('0197c0de-0000-7000-8000-000000000022', '0197c0de-0000-7000-8000-000000000021', 0),
    ('0197c0de-0000-7000-8000-000000000022', '0197c0de-0000-7000-8000-000000000023', 1),
    ('0197c0de-0000-7000-8000-000000000022', '0197c0de-0000-7000-8000-000000000024', 2);

INSERT INTO messages (seq, channel, event, attempt_id, payload, size, created_at) VALUES
    (2, '0197c0de-0000-7000-8000-000000000001', 'board_patch', NULL, '{"not":"looked"}', 16, 1782898260000);

INSERT INTO creations (id, kind, body_hash, answer, created_at) VALUES
    ('0197c0de-0000-7000-8000-000000000021', 'card', 'e3b0c442', '{}', 1782898200000);

INSERT INTO sessions (id, token_hash, created_at, last_seen_at, expires_at) VALUES
    ('0197c0de-0000-7000-8000-000000000031', 'c0ffee', 1782898200000, 1782898200000, 1785490200000);

INSERT INTO attempts (id, board_id, card_id, number, state, status, link, agent, prompt, branch, base_branch, worktree,
                      session_id, todos, activity, activity_at, last_sign_at, status_at, created_at, queued_at, started_at)
VALUES ('0197c0de-0000-7000-8000-000000000041', '0197c0de-0000-7000-8000-000000000001',
        '0197c0de-0000-7000-8000-000000000021', 1, '{"state":"ended","ending":"stopped","reason":null}', 'stopped',
        'attached', 'demo', 'Sitemap', 'mainstay/web-1-sitemap', 'main', '/home/ada/worktrees/WEB-1-1', 'session-1',
        '{"total":1,"completed":0,"items":[{"id":"1","text":"Look","status":"open"}]}', 'Read', 1782898260000,
        1782898260000, 1782898260000, 1782898250000, 1782898250000, 1782898255000);

UPDATE cards SET attempt = '{"attemptId":"0197c0de-0000-7000-8000-000000000041","status":"stopped","agent":"demo"}'
WHERE id = '0197c0de-0000-7000-8000-000000000021';

INSERT INTO attempt_messages (attempt_id, number, id, prompt, created_at) VALUES
    ('0197c0de-0000-7000-8000-000000000041', 1, '0197c0de-0000-7000-8000-000000000042', 'And then?', 1782898260000);

INSERT INTO items (attempt_id, number, id, prompt, item, question) VALUES
    ('0197c0de-0000-7000-8000-000000000041', 1, 'i1', 1,
     '{"id":"i1","timestamp":"2026-07-01T09:30:55.000Z","type":"message","role":"user","text":"Site"}', NULL),
    ('0197c0de-0000-7000-8000-000000000041', 2, 'i2', 0,
     '{"id":"i2","timestamp":"2026-07-01T09:30:56.000Z","type":"permission","requestId":"q1","title":"Read","options":[]}', 'q1');

INSERT INTO item_parts (attempt_id, item_id, at, text) VALUES ('0197c0de-0000-7000-8000-000000000041', 'i1', 4, 'map');

INSERT INTO logs (attempt_id, number, level, message, ts) VALUES
    ('0197c0de-0000-7000-8000-000000000041', 1, 'info', 'Starting the agent demo', 1782898256000);

INSERT INTO hosts (name, attempt_id, seq, ready, created_at, gone_at) VALUES
    ('0a1b2c3d', '0197c0de-0000-7000-8000-000000000041', 7, 1, 1782898256000, 1782898260000);

INSERT INTO host_commands (attempt_id, number, id, command) VALUES
    ('0197c0de-0000-7000-8000-000000000041', 1, '0197c0de-0000-7000-8000-000000000043', '"cancel"');

INSERT INTO agents (id, label, protocol, command, env, registered, created_at) VALUES
    ('demo', 'Demo', 'acp', '["mainstay","demo-agent"]', '{}', 0, 1782898200000);

INSERT INTO settings (id, settings) VALUES (1, '{"concurrency":3}');

INSERT INTO views (id, board_id, name, query, created_at) VALUES
    ('0197c0de-0000-7000-8000-000000000051', '0197c0de-0000-7000-8000-000000000001', 'For search engines', 'label:seo',
     1782898260000);
