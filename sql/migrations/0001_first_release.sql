-- Guarantees the tables of version 0.1.0, which sql/tables describes one by one. Routines and views follow from their own files.
CREATE SCHEMA IF NOT EXISTS orleans_batch;

CREATE TABLE orleans_batch.migration (
  number int NOT NULL,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  checksum text NOT NULL,
  CONSTRAINT migration_pk PRIMARY KEY (number)
);

CREATE TABLE orleans_batch.schema_version (
  only_row boolean NOT NULL DEFAULT true,
  program text NOT NULL,
  lowest_program text NOT NULL,
  routines_hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT schema_version_pk PRIMARY KEY (only_row),
  CONSTRAINT schema_version_has_one_row CHECK (only_row)
);

CREATE TABLE orleans_batch.batch_group (
  group_id int GENERATED ALWAYS AS IDENTITY,
  team_id bigint NOT NULL,
  schema_id text COLLATE "C" NOT NULL,
  tail_seq bigint NOT NULL DEFAULT 0,
  last_created_at timestamptz NOT NULL DEFAULT '-infinity',
  CONSTRAINT batch_group_pk PRIMARY KEY (group_id),
  CONSTRAINT batch_group_name_is_unique UNIQUE (team_id, schema_id)
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.run (
  run_id uuid NOT NULL,
  group_id int NOT NULL,
  sync_type text NOT NULL,
  primary_keys text[] NOT NULL,
  state text NOT NULL DEFAULT 'open',
  last_index int NOT NULL DEFAULT -1,
  batch_count bigint NOT NULL DEFAULT 0,
  end_seq bigint,
  origin_run_id uuid,
  on_failure text NOT NULL,
  created_at timestamptz NOT NULL,
  alive_at timestamptz NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  null_keys text NOT NULL DEFAULT 'refuse',
  lossy text NOT NULL DEFAULT 'refuse',
  retried_as uuid,
  CONSTRAINT run_pk PRIMARY KEY (run_id),
  CONSTRAINT run_group_fk FOREIGN KEY (group_id) REFERENCES orleans_batch.batch_group (group_id)
) WITH (fillfactor = 50);

CREATE INDEX run_by_group ON orleans_batch.run (group_id);

CREATE INDEX run_open ON orleans_batch.run (group_id) WHERE state = 'open';

CREATE INDEX run_by_time ON orleans_batch.run (created_at DESC);

CREATE INDEX run_by_retry ON orleans_batch.run (retried_as) WHERE retried_as IS NOT NULL;

CREATE TABLE orleans_batch.log_entry (
  group_id int NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  run_id uuid NOT NULL,
  batch_index int,
  origin_run_id uuid,
  origin_index int,
  path text,
  row_count bigint,
  byte_size bigint,
  is_final boolean NOT NULL DEFAULT false,
  metadata jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  CONSTRAINT log_entry_pk PRIMARY KEY (group_id, seq, created_at)
) PARTITION BY RANGE (created_at);

CREATE INDEX log_entry_by_run ON orleans_batch.log_entry (run_id, batch_index);

CREATE TABLE orleans_batch.sink (
  sink_id smallint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  upstream_id smallint,
  state text NOT NULL DEFAULT 'active',
  starts_at timestamptz,
  seed_after xid8,
  CONSTRAINT sink_pk PRIMARY KEY (sink_id),
  CONSTRAINT sink_name_is_unique UNIQUE (name),
  CONSTRAINT sink_upstream_fk FOREIGN KEY (upstream_id) REFERENCES orleans_batch.sink (sink_id),
  CONSTRAINT sink_name_has_no_slash CHECK (name <> '' AND position('/' IN name) = 0),
  CONSTRAINT sink_state_is_known CHECK (state IN ('adding', 'active', 'disabled')),
  CONSTRAINT sink_does_not_follow_itself CHECK (upstream_id <> sink_id)
);

CREATE INDEX sink_by_upstream ON orleans_batch.sink (upstream_id);

CREATE TABLE orleans_batch.sink_cursor (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  next_seq bigint NOT NULL DEFAULT 1,
  applied_seq bigint NOT NULL DEFAULT 0,
  floor_at timestamptz NOT NULL DEFAULT '-infinity',
  claimed_to bigint,
  claimed_at timestamptz,
  claimed_under timestamptz,
  suspect_to bigint,
  attempt int NOT NULL DEFAULT 0,
  losses int NOT NULL DEFAULT 0,
  epoch bigint NOT NULL,
  owner text,
  owned_at timestamptz,
  heartbeat_at timestamptz,
  lock_lifetime interval,
  progressed_at timestamptz,
  replay_to bigint,
  replay_request bigint,
  run_id uuid,
  run_batches bigint NOT NULL DEFAULT 0,
  run_rows bigint,
  run_started_at timestamptz,
  woken_from bigint NOT NULL DEFAULT 0,
  woken_to bigint NOT NULL DEFAULT 0,
  run_rows_applied bigint,
  run_rows_replaced bigint,
  run_values_rounded bigint NOT NULL DEFAULT 0,
  run_batches_differing bigint NOT NULL DEFAULT 0,
  lost_owner text,
  CONSTRAINT sink_cursor_pk PRIMARY KEY (group_id, sink_id)
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.sink_run (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  state text NOT NULL DEFAULT 'running',
  batches_applied bigint NOT NULL DEFAULT 0,
  batches_skipped bigint NOT NULL DEFAULT 0,
  rows_announced bigint,
  first_error text,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  progressed_at timestamptz,
  batches_failed bigint NOT NULL DEFAULT 0,
  rows_applied bigint DEFAULT 0,
  rows_replaced bigint DEFAULT 0,
  values_rounded bigint NOT NULL DEFAULT 0,
  batches_differing bigint NOT NULL DEFAULT 0,
  first_error_detail text,
  notes text[],
  CONSTRAINT sink_run_pk PRIMARY KEY (run_id, sink_id)
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.batch_exception (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  by_operator boolean NOT NULL DEFAULT false,
  error_detail text,
  CONSTRAINT batch_exception_pk PRIMARY KEY (group_id, sink_id, seq),
  CONSTRAINT exception_kind_is_known CHECK (kind IN ('failed', 'skipped', 'replayed'))
);

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
  error_detail text,
  rows_applied bigint[],
  rows_replaced bigint[],
  values_rounded bigint[]
) PARTITION BY RANGE (finished_at);

CREATE INDEX batch_attempt_by_seq ON orleans_batch.batch_attempt (group_id, sink_id, to_seq DESC);

CREATE TABLE orleans_batch.wakeup (
  team_id bigint NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT wakeup_pk PRIMARY KEY (sink_id, team_id, group_id, id)
);

CREATE TABLE orleans_batch.parked (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  team_id bigint NOT NULL,
  until timestamptz,
  reason text NOT NULL,
  error text,
  error_detail text,
  CONSTRAINT parked_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT parked_reason_is_known CHECK (reason IN ('retry', 'not_ready', 'blocked', 'paused')),
  CONSTRAINT parked_without_time_is_stopped CHECK ((until IS NULL) = (reason IN ('blocked', 'paused')))
);

CREATE INDEX parked_due ON orleans_batch.parked (until) WHERE until IS NOT NULL;

CREATE INDEX parked_paused ON orleans_batch.parked (group_id, sink_id) WHERE reason = 'paused';

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

CREATE INDEX not_ready_since ON orleans_batch.not_ready (since);

CREATE INDEX not_ready_unreachable ON orleans_batch.not_ready (sink_id, group_id) WHERE code = 'unreachable';

CREATE TABLE orleans_batch.unreached (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  silo text NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  noted_at timestamptz NOT NULL,
  CONSTRAINT unreached_pk PRIMARY KEY (group_id, sink_id, silo)
);

CREATE TABLE orleans_batch.pause (
  pause_id int GENERATED ALWAYS AS IDENTITY,
  team_id bigint,
  schema_id text COLLATE "C",
  sink_id smallint,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pause_pk PRIMARY KEY (pause_id),
  CONSTRAINT pause_of_a_group_names_its_team CHECK (schema_id IS NULL OR team_id IS NOT NULL)
);

CREATE UNIQUE INDEX pause_scope_is_unique
  ON orleans_batch.pause (coalesce(team_id::text, ''), coalesce(schema_id, ''), coalesce(sink_id, 0::smallint));

CREATE TABLE orleans_batch.operator_request (
  request_id bigint GENERATED ALWAYS AS IDENTITY,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  kind text NOT NULL,
  seq bigint NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  outcome text,
  CONSTRAINT operator_request_pk PRIMARY KEY (request_id),
  CONSTRAINT request_kind_is_known CHECK (kind IN ('skip', 'replay')),
  CONSTRAINT outcome_when_done CHECK ((done_at IS NULL) = (outcome IS NULL))
);

CREATE INDEX operator_request_open ON orleans_batch.operator_request (group_id, sink_id, seq) WHERE done_at IS NULL;

CREATE INDEX operator_request_by_seq ON orleans_batch.operator_request (group_id, seq);

CREATE TABLE orleans_batch.operator_action (
  action_id bigint GENERATED ALWAYS AS IDENTITY,
  verb text NOT NULL,
  subject text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT operator_action_pk PRIMARY KEY (action_id)
);

CREATE TABLE orleans_batch.run_notification (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries int NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_error text,
  CONSTRAINT run_notification_pk PRIMARY KEY (run_id, sink_id)
);

CREATE INDEX run_notification_due ON orleans_batch.run_notification (next_try_at);

CREATE TABLE orleans_batch.silo (
  name text NOT NULL,
  host text NOT NULL,
  process_id int NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  slots int NOT NULL DEFAULT 16,
  CONSTRAINT silo_pk PRIMARY KEY (name)
);

CREATE TABLE orleans_batch.silo_sink (
  silo text NOT NULL,
  sink_id smallint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  destination text,
  input_roots text[] NOT NULL DEFAULT '{}',
  CONSTRAINT silo_sink_pk PRIMARY KEY (silo, sink_id)
);

CREATE TABLE orleans_batch.hung_call (
  silo text NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT hung_call_pk PRIMARY KEY (silo, group_id, sink_id)
);

CREATE TABLE orleans_batch.hint (
  hint_id bigint GENERATED ALWAYS AS IDENTITY,
  payload text NOT NULL,
  CONSTRAINT hint_pk PRIMARY KEY (hint_id)
);

CREATE TABLE orleans_batch.load_call (
  run_id uuid NOT NULL,
  fingerprint text NOT NULL,
  lake text,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT load_call_pk PRIMARY KEY (run_id)
);

CREATE INDEX load_call_by_fingerprint ON orleans_batch.load_call (fingerprint);

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
