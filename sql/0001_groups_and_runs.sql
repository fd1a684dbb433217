-- Producers' side: groups and the runs that feed them. Owners only read these tables.

CREATE TABLE orleans_batch.batch_group (
  group_id int GENERATED ALWAYS AS IDENTITY,
  team_id bigint NOT NULL,
  schema_id text COLLATE "C" NOT NULL,
  -- The seq of the newest entry. Raised under this row's lock, so seq order is commit order, without gaps.
  tail_seq bigint NOT NULL DEFAULT 0,
  last_created_at timestamptz NOT NULL DEFAULT '-infinity',
  CONSTRAINT batch_group_pk PRIMARY KEY (group_id),
  CONSTRAINT batch_group_name_is_unique UNIQUE (team_id, schema_id),
  CONSTRAINT schema_id_in_range CHECK (char_length(schema_id) BETWEEN 1 AND 200)
) WITH (fillfactor = 50);

CREATE TABLE orleans_batch.run (
  run_id uuid NOT NULL,
  group_id int NOT NULL,
  sync_type text NOT NULL,
  primary_keys text[] NOT NULL,
  state text NOT NULL DEFAULT 'open',
  -- The highest batch index enqueued so far; -1 before the first.
  last_index int NOT NULL DEFAULT -1,
  batch_count bigint NOT NULL DEFAULT 0,
  -- The entry that ended the run: its final batch or a marker.
  end_seq bigint,
  origin_run_id uuid,
  on_failure text NOT NULL,
  created_at timestamptz NOT NULL,
  alive_at timestamptz NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT run_pk PRIMARY KEY (run_id),
  CONSTRAINT run_group_fk FOREIGN KEY (group_id) REFERENCES orleans_batch.batch_group (group_id),
  CONSTRAINT sync_type_is_known CHECK (sync_type IN ('append', 'full_refresh', 'incremental', 'cdc')),
  CONSTRAINT state_is_known CHECK (state IN ('open', 'sealed', 'cancelled', 'superseded', 'stranded')),
  CONSTRAINT on_failure_is_known CHECK (on_failure IN ('continue', 'block')),
  CONSTRAINT end_seq_unless_open CHECK ((state = 'open') = (end_seq IS NULL))
) WITH (fillfactor = 50);

CREATE INDEX run_by_group ON orleans_batch.run (group_id);
