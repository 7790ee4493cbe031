-- Which question of an agent's an item is, so that it is found without reading what was said since.
ALTER TABLE items ADD COLUMN question TEXT;

UPDATE items SET question = json_extract(item, '$.requestId') WHERE json_extract(item, '$.type') = 'permission';

CREATE INDEX items_by_question ON items (attempt_id, question) WHERE question IS NOT NULL;
