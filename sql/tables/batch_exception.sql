-- A batch that a sink does not apply in the usual way: it failed, is skipped, or is replayed.
-- Written by the group's owner, and by the operator's functions before the owner gets to the batch.
CREATE TABLE orleans_batch.batch_exception (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- True when an operator decided the skip. Batches that a run's end leaves behind are skipped without a decision.
  by_operator boolean NOT NULL DEFAULT false,
  error_detail text,
  CONSTRAINT batch_exception_pk PRIMARY KEY (group_id, sink_id, seq),
  CONSTRAINT exception_kind_is_known CHECK (kind IN ('failed', 'skipped', 'replayed'))
);
