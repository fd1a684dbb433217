-- A group that waits for its sink at an entry: since when, how often the sink was asked, and its last answer.
-- Written by the group's owner when it parks the group. A row counts only while the cursor is at the same entry, and is deleted later.
CREATE TABLE orleans_batch.not_ready (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  since timestamptz NOT NULL,
  asked_at timestamptz NOT NULL,
  tries int NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT not_ready_pk PRIMARY KEY (group_id, sink_id)
);

-- Searches of doctor and of a silo that starts go by since.
CREATE INDEX not_ready_since ON orleans_batch.not_ready (since);

CREATE INDEX not_ready_unreachable ON orleans_batch.not_ready (sink_id, group_id) WHERE code = 'unreachable';
