-- Guarantees the sink's own tables with all their columns, also in a file of an earlier version.
CREATE SCHEMA IF NOT EXISTS lake.orleans_batch;
CREATE TABLE IF NOT EXISTS lake.orleans_batch.batch_group (team_id BIGINT NOT NULL, schema_id VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS lake.orleans_batch.progress (epoch BIGINT NOT NULL, last_seq BIGINT NOT NULL);
INSERT INTO lake.orleans_batch.progress
  SELECT 0, 0 WHERE NOT EXISTS (FROM lake.orleans_batch.progress);
CREATE TABLE IF NOT EXISTS lake.orleans_batch.applied (
  run_id UUID NOT NULL,
  batch_index INTEGER NOT NULL,
  seq BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  applied_at TIMESTAMPTZ NOT NULL,
  rows_replaced BIGINT,
  values_rounded BIGINT,
  PRIMARY KEY (run_id, batch_index)
);
ALTER TABLE lake.orleans_batch.applied ADD COLUMN IF NOT EXISTS rows_replaced BIGINT;
ALTER TABLE lake.orleans_batch.applied ADD COLUMN IF NOT EXISTS values_rounded BIGINT;
CREATE TABLE IF NOT EXISTS lake.orleans_batch.swapped (
  run_id UUID NOT NULL PRIMARY KEY,
  epoch BIGINT NOT NULL,
  swapped_at TIMESTAMPTZ NOT NULL
);
