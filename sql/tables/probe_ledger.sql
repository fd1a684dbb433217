-- An attempt of the probe sink, inserted at its start and completed at its end. A row without an end was cut off.
-- Written only by the probe sink.
CREATE TABLE orleans_batch.probe_ledger (
  team_id bigint NOT NULL,
  schema_id text NOT NULL,
  seq bigint NOT NULL,
  run_id uuid NOT NULL,
  batch_index int NOT NULL,
  attempt int NOT NULL,
  epoch bigint NOT NULL,
  silo text NOT NULL,
  os_pid int NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  outcome text,
  id bigint GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT probe_ledger_pk PRIMARY KEY (id),
  CONSTRAINT probe_outcome_is_known CHECK (outcome IN ('succeeded', 'failed', 'permanent', 'cancelled'))
);

CREATE INDEX probe_ledger_by_group ON orleans_batch.probe_ledger (team_id, schema_id, seq);
