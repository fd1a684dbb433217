-- The history: a row for each finished window or failed attempt, partitioned by the day (UTC) of finished_at.
-- Written only by the group's owner.
CREATE TABLE orleans_batch.batch_attempt (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  attempt int NOT NULL,
  outcome text NOT NULL,
  started_at timestamptz,
  finished_at timestamptz NOT NULL,
  silo text NOT NULL,
  epoch bigint NOT NULL,
  error text,
  -- The message of the library behind the sink, beside the sentence in error.
  error_detail text,
  -- One number for each batch of the window, in order; null when the sink counted none of them, or rounded nothing.
  rows_applied bigint[],
  rows_replaced bigint[],
  values_rounded bigint[]
) PARTITION BY RANGE (finished_at);

CREATE INDEX batch_attempt_by_seq ON orleans_batch.batch_attempt (group_id, sink_id, to_seq DESC);
