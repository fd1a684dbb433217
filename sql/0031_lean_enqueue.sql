-- What every batch pays for: fewer checks, fewer statements, and a notification that names its group in full. docs/decisions.md, 30.

-- A check constraint is read from its text and planned again by every statement that writes its table, whatever it writes: about 10 µs.
-- These tables are written with every batch; enqueue refuses what they would have refused, and states are constants of statements here.
ALTER TABLE orleans_batch.batch_group DROP CONSTRAINT schema_id_in_range;
ALTER TABLE orleans_batch.run
  DROP CONSTRAINT sync_type_is_known,
  DROP CONSTRAINT state_is_known,
  DROP CONSTRAINT on_failure_is_known,
  DROP CONSTRAINT end_seq_unless_open;
ALTER TABLE orleans_batch.log_entry
  DROP CONSTRAINT kind_is_known,
  DROP CONSTRAINT batch_has_index_and_path;
ALTER TABLE orleans_batch.sink_cursor DROP CONSTRAINT attempt_not_negative;
ALTER TABLE orleans_batch.sink_run
  DROP CONSTRAINT sink_run_state_is_known,
  DROP CONSTRAINT finished_unless_running;
ALTER TABLE orleans_batch.batch_attempt DROP CONSTRAINT outcome_is_known;

-- Guarantees that the batch is appended as enqueue would append it, or that nothing is done: null says that it is not the next one of an
-- open run of this group, and enqueue has to judge. It is valid as far as its arguments tell.
-- Two callers of one group: the second waits at the group's row, which is raised first, and finds the run as the first one left it in the
-- statement after that. If the batch is not to be appended then, the row gets its tail back, which nobody else has seen otherwise.
-- Against run_alive and whoever ends silent runs: the run's row lock, after which the conditions are tested again.
-- Sinks are read after the first write: whoever adds a sink waits for this transaction from then on.
CREATE OR REPLACE FUNCTION orleans_batch.append_next_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  gid int;
  tail bigint;
  entered_at timestamptz;
  r orleans_batch.run;
  idle_sinks text;
  is_wanted boolean;
BEGIN
  -- A batch that is known already changes nothing.
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x
  WHERE x.run_id = append_next_batch.run_id AND x.state = 'open' AND x.last_index < append_next_batch.batch_index;
  IF gid IS NULL THEN
    RETURN NULL;
  END IF;

  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.group_id = gid AND g.team_id = append_next_batch.team_id AND g.schema_id = append_next_batch.schema_id
  RETURNING g.tail_seq, g.last_created_at INTO tail, entered_at;
  IF tail IS NULL THEN
    RETURN NULL;
  END IF;

  UPDATE orleans_batch.run AS x
  SET last_index = append_next_batch.batch_index, batch_count = x.batch_count + 1, alive_at = clock_timestamp(),
      state = CASE WHEN append_next_batch.is_final THEN 'sealed' ELSE 'open' END,
      end_seq = CASE WHEN append_next_batch.is_final THEN tail END
  WHERE x.run_id = append_next_batch.run_id AND x.state = 'open' AND x.last_index < append_next_batch.batch_index
    AND x.sync_type = append_next_batch.sync_type
    AND (append_next_batch.primary_keys IS NULL OR x.primary_keys = append_next_batch.primary_keys)
    AND pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entered_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NOT NULL
  RETURNING x.* INTO r;
  IF r.run_id IS NULL THEN
    UPDATE orleans_batch.batch_group AS g SET tail_seq = tail - 1 WHERE g.group_id = gid;
    RETURN NULL;
  END IF;

  INSERT INTO orleans_batch.log_entry
    (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, metadata, created_at)
  VALUES (gid, tail, 'batch', append_next_batch.run_id, append_next_batch.batch_index, append_next_batch.path,
    append_next_batch.row_count, append_next_batch.byte_size, append_next_batch.is_final, append_next_batch.metadata, entered_at);

  -- Looked up one by one and not joined: a plan from when the tables were empty must not read them from end to end later.
  SELECT bool_or((s.starts_at IS NULL OR s.starts_at <= r.created_at) AND coalesce((
      SELECT o.state FROM orleans_batch.sink_run AS o WHERE o.run_id = r.run_id AND o.sink_id = s.sink_id), 'running') = 'running'
    ) FILTER (WHERE s.state = 'active'),
    string_agg(s.sink_id::text, ',') FILTER (WHERE (
      SELECT w.id FROM orleans_batch.wakeup AS w
      WHERE w.sink_id = s.sink_id AND w.team_id = append_next_batch.team_id AND w.group_id = gid LIMIT 1) IS NULL)
  INTO is_wanted, idle_sinks
  FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF NOT is_wanted THEN
    PERFORM orleans_batch.require_wanted(r);
  END IF;
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT append_next_batch.team_id, gid, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;

  -- As append_entry does it: a hint for an idle group only.
  IF idle_sinks IS NOT NULL THEN
    PERFORM pg_notify('orleans_batch_wakeup', concat_ws(' ', gid, team_id, idle_sinks, schema_id));
  END IF;
  RETURN tail;
END $$;

-- Guarantees that the entry gets the group's next seq, becomes visible together with a wakeup for every primary sink, and that
-- seq order is commit order. The caller holds the group's row lock, so nobody else appends between the update and the commit.
CREATE OR REPLACE FUNCTION orleans_batch.append_entry(entry orleans_batch.log_entry) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  team bigint;
  schema text;
  idle_sinks text;
BEGIN
  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.group_id = entry.group_id
  RETURNING g.team_id, g.schema_id, g.tail_seq, g.last_created_at INTO team, schema, entry.seq, entry.created_at;

  -- Asked for beforehand: catching the insert's error would cost a subtransaction per batch. A detached partition has no root.
  IF pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NULL THEN
    RAISE EXCEPTION 'The queue has no partition for %, so nothing can be enqueued.', (entry.created_at AT TIME ZONE 'UTC')::date
      USING ERRCODE = 'OB016', HINT = 'Start a silo, or run "orleansbatch migrate": both make partitions seven days ahead.';
  END IF;
  INSERT INTO orleans_batch.log_entry SELECT entry.*;

  -- A hint for an idle group only: at every commit it would make all producers queue behind each other. It names the group, its team, its
  -- idle sinks and its schema, so that a silo can start it at once: "12 7 1,2 orders".
  -- Per sink: the wakeups of one that nobody serves must not silence the hint for the others.
  SELECT string_agg(s.sink_id::text, ',') INTO idle_sinks
  FROM orleans_batch.sink AS s
  WHERE s.upstream_id IS NULL
    AND NOT EXISTS (
      SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = s.sink_id AND w.team_id = team AND w.group_id = entry.group_id);
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT team, entry.group_id, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF idle_sinks IS NOT NULL THEN
    PERFORM pg_notify('orleans_batch_wakeup', concat_ws(' ', entry.group_id, team, idle_sinks, schema));
  END IF;
  RETURN entry.seq;
END $$;
