-- What a board is made of, the log of messages about it, and the sessions of those who may see it.
-- Times are unix milliseconds, ids are text.

-- One row: which database this is, and how far its message log goes.
CREATE TABLE meta (
    id          BIGINT PRIMARY KEY CHECK (id = 1),
    -- Stays with the data folder; an epoch is a log of messages, a restored database starts another.
    database_id TEXT   NOT NULL,
    epoch       TEXT   NOT NULL,
    -- The number of the newest message.
    head        BIGINT NOT NULL,
    -- The number of the newest message that is no longer kept.
    pruned      BIGINT NOT NULL,
    -- The bytes of all payloads that are kept: a sum over the log would read all of it.
    log_bytes   BIGINT NOT NULL,
    created_at  BIGINT NOT NULL
);

CREATE TABLE boards (
    id              TEXT   PRIMARY KEY,
    name            TEXT   NOT NULL,
    key_prefix      TEXT   NOT NULL UNIQUE,
    repository_path TEXT   NOT NULL UNIQUE,
    default_branch  TEXT,
    -- The number of the next card; it never falls, so no number is given twice.
    next_number     BIGINT NOT NULL,
    revision        BIGINT NOT NULL,
    meta_revision   BIGINT NOT NULL,
    settings        TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);

CREATE TABLE columns (
    id        TEXT   PRIMARY KEY,
    board_id  TEXT   NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    key       TEXT,
    title     TEXT   NOT NULL,
    wip_limit BIGINT,
    position  BIGINT NOT NULL,
    revision  BIGINT NOT NULL,
    UNIQUE (board_id, key)
);

CREATE INDEX columns_by_board ON columns (board_id, position);

CREATE TABLE cards (
    id          TEXT   PRIMARY KEY,
    board_id    TEXT   NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    -- A deleted card keeps its column and position, so that it can go back; the column may be gone by then.
    column_id   TEXT   REFERENCES columns (id) ON DELETE SET NULL,
    position    BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    key         TEXT   NOT NULL,
    title       TEXT   NOT NULL,
    description TEXT,
    type        TEXT,
    priority    TEXT,
    labels      TEXT   NOT NULL,
    revision    BIGINT NOT NULL,
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    deleted_at  BIGINT,
    UNIQUE (board_id, number),
    CHECK (column_id IS NOT NULL OR deleted_at IS NOT NULL)
);

-- Holds all that is asked about places, so that no card has to be read to find one.
CREATE INDEX cards_by_column ON cards (column_id, position, deleted_at, id);
CREATE INDEX cards_by_deletion ON cards (deleted_at);

CREATE TABLE dependencies (
    card_id    TEXT   NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    depends_on TEXT   NOT NULL REFERENCES cards (id) ON DELETE CASCADE,
    -- The place in the card's list.
    position   BIGINT NOT NULL,
    PRIMARY KEY (card_id, depends_on),
    CHECK (card_id <> depends_on)
);

CREATE INDEX dependencies_by_target ON dependencies (depends_on);

-- The message log: each row as it was and will be sent.
CREATE TABLE messages (
    seq        BIGINT PRIMARY KEY,
    -- A board's id, or '*' for every stream.
    channel    TEXT   NOT NULL,
    event      TEXT   NOT NULL,
    -- Of a detail message, which streams may leave out.
    attempt_id TEXT,
    payload    TEXT   NOT NULL,
    -- The payload's length in bytes.
    size       BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX messages_by_channel ON messages (channel, seq);

-- What was answered to creations that carried an id of the client's, so that a repetition gets the same answer.
CREATE TABLE creations (
    id         TEXT   PRIMARY KEY,
    kind       TEXT   NOT NULL,
    body_hash  TEXT   NOT NULL,
    answer     TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX creations_by_age ON creations (created_at);

CREATE TABLE sessions (
    id           TEXT   PRIMARY KEY,
    -- The token itself is never stored.
    token_hash   TEXT   NOT NULL UNIQUE,
    created_at   BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at   BIGINT NOT NULL
);
