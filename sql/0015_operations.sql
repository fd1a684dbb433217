-- What an operator asks for, what the runs of a group tell, and sinks that come and go. Owners read the operators' rows and never wait for
-- them: an operator's open transaction delays no owner.

-- adding: committed, but a producer's transaction that began before may not have seen it, so its groups are not seeded yet.
ALTER TABLE orleans_batch.sink
  -- Null: from the oldest entry that is still there. Else from the first entry that is not older.
  ADD COLUMN starts_at timestamptz,
  -- The sink is seeded once no transaction is left that is older than this one.
  ADD COLUMN seed_after xid8,
  DROP CONSTRAINT sink_state_is_known,
  ADD CONSTRAINT sink_state_is_known CHECK (state IN ('adding', 'active', 'disabled')),
  ADD CONSTRAINT sink_does_not_follow_itself CHECK (upstream_id <> sink_id);

ALTER TABLE orleans_batch.sink_cursor
  -- When the sink last got past an entry that it applied; failures and skipped entries are no progress.
  ADD COLUMN progressed_at timestamptz,
  -- As long as next_seq is not behind it, entries that were applied before are applied again, under an origin of the request's own.
  ADD COLUMN replay_to bigint,
  ADD COLUMN replay_request bigint;

ALTER TABLE orleans_batch.sink_run ADD COLUMN progressed_at timestamptz;

ALTER TABLE orleans_batch.batch_exception
  -- An operator decided it; what a run's end leaves behind is not.
  ADD COLUMN by_operator boolean NOT NULL DEFAULT false;

ALTER TABLE orleans_batch.batch_attempt
  DROP CONSTRAINT outcome_is_known,
  ADD CONSTRAINT outcome_is_known
    CHECK (outcome IN ('succeeded', 'failed', 'retry', 'timed_out', 'not_ready', 'lost', 'drained'));

-- A pause of everything (all null), of a sink, a team, a group, or one of these in a sink; also of groups yet to come.
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

-- What the owner of a group is to do at its next boundary, also while the group is paused. Only that owner sets done_at and outcome.
CREATE TABLE orleans_batch.operator_request (
  request_id bigint GENERATED ALWAYS AS IDENTITY,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  kind text NOT NULL,
  -- The batch to skip, or the entry to begin again with.
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

-- Who did what, and why: a row for each call of an operator's function that changed something.
CREATE TABLE orleans_batch.operator_action (
  action_id bigint GENERATED ALWAYS AS IDENTITY,
  verb text NOT NULL,
  -- For people: the run, group, team or sink as they name it.
  subject text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT operator_action_pk PRIMARY KEY (action_id)
);

-- The outbox: a run has ended in a sink and the hooks have not confirmed it yet. Inserted in the owner's statement that ends the run,
-- deleted once every hook has returned.
CREATE TABLE orleans_batch.run_notification (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries int NOT NULL DEFAULT 0,
  -- Not to be tried again before.
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_error text,
  CONSTRAINT run_notification_pk PRIMARY KEY (run_id, sink_id)
);

CREATE INDEX run_notification_due ON orleans_batch.run_notification (next_try_at);
