-- Attempts: agents' tries at cards, what they said, and what their hosts were told.

-- What a card's face shows of its newest attempt, as it was last told: a JSON value.
ALTER TABLE cards ADD COLUMN attempt TEXT;
-- Of it, what a person is needed for and since when.
ALTER TABLE cards ADD COLUMN attention TEXT;
ALTER TABLE cards ADD COLUMN attention_since BIGINT;

CREATE INDEX cards_by_attention ON cards (attention, attention_since);

CREATE TABLE attempts (
    id            TEXT   PRIMARY KEY,
    board_id      TEXT   NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    card_id       TEXT   NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    -- The how-manieth of its card it is.
    number        BIGINT NOT NULL,
    -- Where it stands, as the state machine writes it, and what of it is told.
    state         TEXT   NOT NULL,
    status        TEXT   NOT NULL,
    -- What the status rests on.
    link          TEXT   NOT NULL,
    agent         TEXT   NOT NULL,
    prompt        TEXT   NOT NULL,
    branch        TEXT   NOT NULL,
    base_branch   TEXT   NOT NULL,
    worktree      TEXT,
    -- The agent's own id of the conversation.
    session_id    TEXT,
    todos         TEXT,
    diff          TEXT,
    -- What the agent does or said last, and when it gave the last sign of life.
    activity      TEXT,
    activity_at   BIGINT,
    last_sign_at  BIGINT,
    -- Whether its worktree is to be cleaned up once its agent is gone.
    cleanup_due   BIGINT NOT NULL DEFAULT 0,
    -- Since when it stands as it does.
    status_at     BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    -- When it was last put into the queue.
    queued_at     BIGINT NOT NULL,
    started_at    BIGINT,
    ended_at      BIGINT,
    UNIQUE (card_id, number)
);

CREATE INDEX attempts_by_status ON attempts (status, queued_at, id);
CREATE INDEX attempts_by_board ON attempts (board_id, status);

-- What people write to an agent beyond the first prompt. It waits until the agent has no turn.
CREATE TABLE attempt_messages (
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    id         TEXT   NOT NULL UNIQUE,
    prompt     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, number)
);

-- The items of a conversation, in their order. What grew since an item was written as a whole follows it in parts.
CREATE TABLE items (
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    id         TEXT   NOT NULL,
    -- Whether a turn begins with it: a person's message.
    prompt     BIGINT NOT NULL,
    item       TEXT   NOT NULL,
    PRIMARY KEY (attempt_id, number),
    UNIQUE (attempt_id, id)
);

CREATE TABLE item_parts (
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    item_id    TEXT   NOT NULL,
    -- The bytes before it.
    at         BIGINT NOT NULL,
    text       TEXT   NOT NULL,
    PRIMARY KEY (attempt_id, item_id, at)
);

CREATE TABLE logs (
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    number     BIGINT NOT NULL,
    level      TEXT   NOT NULL,
    message    TEXT   NOT NULL,
    ts         BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, number)
);

-- The processes that keep agents alive. Its name is the folder's.
CREATE TABLE hosts (
    name       TEXT   PRIMARY KEY,
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    -- The number of the last of its updates that is in here.
    seq        BIGINT NOT NULL,
    -- Whether its agent has a session and takes prompts.
    ready      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it was proven to be gone, with everything that it had to tell in here.
    gone_at    BIGINT
);

CREATE INDEX hosts_by_attempt ON hosts (attempt_id, gone_at);

-- What a host has to be told: it stays here, and is told again, until it was heard.
CREATE TABLE host_commands (
    attempt_id TEXT   NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
    -- The order in which they are told.
    number     BIGINT NOT NULL,
    id         TEXT   NOT NULL UNIQUE,
    command    TEXT   NOT NULL,
    PRIMARY KEY (attempt_id, number)
);

-- The agents that are known.
CREATE TABLE agents (
    id         TEXT   PRIMARY KEY,
    label      TEXT   NOT NULL,
    protocol   TEXT   NOT NULL,
    command    TEXT   NOT NULL,
    env        TEXT   NOT NULL,
    -- Whether a person registered it; the others come with Mainstay.
    registered BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- One row: what holds for the whole server.
CREATE TABLE settings (
    id       BIGINT PRIMARY KEY CHECK (id = 1),
    settings TEXT   NOT NULL
);
