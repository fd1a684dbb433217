-- What owners need to work for followers, and to count what failed.

-- A sink's followers, which every statement that moves its cursor wakes.
CREATE INDEX sink_by_upstream ON orleans_batch.sink (upstream_id);

ALTER TABLE orleans_batch.sink_run ADD COLUMN batches_failed bigint NOT NULL DEFAULT 0;
