-- Saved views: filters of a board that somebody gave a name.
CREATE TABLE views (
    id         TEXT   PRIMARY KEY,
    board_id   TEXT   NOT NULL REFERENCES boards (id) ON DELETE CASCADE,
    name       TEXT   NOT NULL,
    query      TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (board_id, name)
);
