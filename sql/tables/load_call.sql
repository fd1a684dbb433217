-- A call of the verb load that began a run. A repeated call goes on with that run, and never into another lake.
-- Written only by the verb load.
CREATE TABLE orleans_batch.load_call (
  run_id uuid NOT NULL,
  -- A hash of the group, the options, and the files with their sizes and the times of their last change.
  fingerprint text NOT NULL,
  -- The directory of the lake; null where the silos that serve the queue have one of their own.
  lake text,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT load_call_pk PRIMARY KEY (run_id)
);

CREATE INDEX load_call_by_fingerprint ON orleans_batch.load_call (fingerprint);
