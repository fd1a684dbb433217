-- The call that producers make most, the next batch of a run that is open, in few statements. What that brings is in docs/decisions.md.

-- Guarantees that the batch is appended as enqueue would append it, or that nothing is done: null says that it is not the next one of an
-- open run of this group and sort which a sink wants, and enqueue has to judge. It is valid as far as its arguments tell.
-- Two callers of one group: the second waits at the group's row, which is raised first, and reads the run in the statement after that. If
-- the batch is not to be appended then, the row gets its tail back, which nobody else has seen otherwise.
-- Against run_alive and whoever ends silent runs: the run's row lock, after which the conditions are tested again.
-- Sinks are read after the first write: whoever adds a sink waits for this transaction from then on.
CREATE FUNCTION orleans_batch.append_next_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb)
RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  gid int;
  began_at timestamptz;
  tail bigint;
  entered_at timestamptz;
  is_idle boolean;
BEGIN
  -- A batch that is known already should not cost two writes.
  SELECT x.group_id, x.created_at INTO gid, began_at FROM orleans_batch.run AS x
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

  -- Looked up one by one and not joined: a plan from when the tables were empty must not read them from end to end later.
  WITH primary_sink AS MATERIALIZED (
    SELECT s.sink_id, s.state = 'active' AS is_active,
      coalesce(s.starts_at <= began_at, true) AND coalesce((
        SELECT o.state FROM orleans_batch.sink_run AS o
        WHERE o.run_id = append_next_batch.run_id AND o.sink_id = s.sink_id), 'running') = 'running' AS is_wanting,
      (SELECT w.id FROM orleans_batch.wakeup AS w
       WHERE w.sink_id = s.sink_id AND w.team_id = append_next_batch.team_id AND w.group_id = gid LIMIT 1) IS NOT NULL AS is_woken
    FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL
  ), continued AS (
    UPDATE orleans_batch.run AS x
    SET last_index = append_next_batch.batch_index, batch_count = x.batch_count + 1, alive_at = clock_timestamp(),
        state = CASE WHEN append_next_batch.is_final THEN 'sealed' ELSE 'open' END,
        end_seq = CASE WHEN append_next_batch.is_final THEN tail END
    WHERE x.run_id = append_next_batch.run_id AND x.state = 'open' AND x.last_index < append_next_batch.batch_index
      AND x.sync_type = append_next_batch.sync_type
      AND (append_next_batch.primary_keys IS NULL OR x.primary_keys = append_next_batch.primary_keys)
      AND (SELECT coalesce(bool_or(s.is_wanting), true) FROM primary_sink AS s WHERE s.is_active)
      AND pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entered_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NOT NULL
    RETURNING 1
  ), entered AS (
    INSERT INTO orleans_batch.log_entry
      (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, metadata, created_at)
    SELECT gid, tail, 'batch', append_next_batch.run_id, append_next_batch.batch_index, append_next_batch.path,
      append_next_batch.row_count, append_next_batch.byte_size, append_next_batch.is_final, append_next_batch.metadata, entered_at
    FROM continued AS c
  ), woken AS (
    INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
    SELECT append_next_batch.team_id, gid, s.sink_id FROM continued AS c CROSS JOIN primary_sink AS s
  )
  SELECT EXISTS (SELECT FROM primary_sink AS s WHERE NOT s.is_woken) INTO is_idle FROM continued AS c;

  IF is_idle IS NULL THEN
    UPDATE orleans_batch.batch_group AS g SET tail_seq = tail - 1 WHERE g.group_id = gid;
    RETURN NULL;
  END IF;
  -- As append_entry does it: a hint for an idle group only.
  IF is_idle THEN
    PERFORM pg_notify('orleans_batch_wakeup', gid::text);
  END IF;
  RETURN tail;
END $$;

-- Guarantees: the batch is in its group's log exactly once per (run_id, batch_index) when the caller's transaction commits, in commit
-- order with the group's other entries; a repeated call returns the seq it has; a refused call has changed nothing.
-- Two callers of one group: the second waits at the group's row lock. What was enqueued before is looked up in statements after that
-- lock, because a statement that waits for a row keeps the snapshot from before its wait, and would let a duplicate in.
-- The first entry of a new full_refresh comes after the markers of the runs that it supersedes, in the same transaction.
-- Two callers of one run id in two groups: the run's primary key lets one through; the other then reads whose run it is.
-- The settings: a session keeps its plans, and those it made while a table was empty would go on reading it from end to end.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean = false, row_count bigint = NULL,
  byte_size bigint = NULL, sync_type text = 'append', primary_keys text[] = NULL, metadata jsonb = '{}', options jsonb = '{}')
RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
  known orleans_batch.log_entry;
  entry orleans_batch.log_entry;
  origin uuid;
  is_new boolean := false;
  appended bigint;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF options = '{}' AND path <> '' AND batch_index >= 0 AND coalesce(row_count, 0) >= 0 AND coalesce(byte_size, 0) >= 0
    AND jsonb_typeof(metadata) = 'object'
  THEN
    appended := orleans_batch.append_next_batch(
      team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata);
    IF appended IS NOT NULL THEN
      RETURN appended;
    END IF;
  END IF;
  PERFORM orleans_batch.require_valid_batch(
    team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options);

  origin := (options #>> '{origin,run_id}')::uuid;
  gid := orleans_batch.ensure_group(team_id, schema_id);
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;

  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  IF r.run_id IS NULL THEN
    INSERT INTO orleans_batch.run (run_id, group_id, sync_type, primary_keys, on_failure, origin_run_id, created_at, alive_at)
    VALUES (enqueue.run_id, gid, enqueue.sync_type, coalesce(enqueue.primary_keys, '{}'),
            coalesce(options ->> 'on_failure', CASE enqueue.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
            origin, clock_timestamp(), clock_timestamp())
    ON CONFLICT ON CONSTRAINT run_pk DO NOTHING;
    SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
    is_new := true;
  END IF;
  IF r.group_id <> gid THEN
    RAISE EXCEPTION 'Run % belongs to another group, so it can''t take a batch of %/%.', enqueue.run_id, team_id, schema_id
      USING ERRCODE = 'OB003', HINT = 'Give every run of every group a run id of its own.';
  END IF;

  IF is_new AND r.sync_type = 'full_refresh' THEN
    PERFORM orleans_batch.supersede_runs(r, coalesce(options ->> 'supersede', 'idle'));
  END IF;

  IF path IS NULL THEN
    RETURN orleans_batch.seal(r);
  END IF;

  IF batch_index <= r.last_index THEN
    SELECT * INTO known FROM orleans_batch.log_entry AS e
    WHERE e.run_id = enqueue.run_id AND e.batch_index = enqueue.batch_index AND e.created_at >= r.created_at - interval '1 hour';
    IF known.seq IS NULL THEN
      PERFORM orleans_batch.require_open(r);
      RAISE EXCEPTION 'Batch index % of run % goes backwards: index % is already enqueued.', batch_index, enqueue.run_id, r.last_index
        USING ERRCODE = 'OB009', HINT = 'Number the batches of a run in the order in which they are to be applied.';
    ELSIF known.path <> enqueue.path THEN
      RAISE EXCEPTION 'Batch % of run % is already enqueued with the path "%", not "%".', batch_index, enqueue.run_id, known.path, path
        USING ERRCODE = 'OB010', HINT = 'Repeat a batch with the path it had, or give new data a new index.';
    END IF;
    IF is_final AND r.state = 'open' THEN
      PERFORM orleans_batch.seal(r);
    END IF;
    RETURN known.seq;
  END IF;

  PERFORM orleans_batch.require_open(r);
  PERFORM orleans_batch.require_wanted(r);
  IF r.sync_type <> enqueue.sync_type OR (primary_keys IS NOT NULL AND r.primary_keys <> primary_keys) THEN
    RAISE EXCEPTION 'Run % is % with primary keys %, as its first batch said, but batch % says % with primary keys %.',
      enqueue.run_id, r.sync_type, r.primary_keys, batch_index, enqueue.sync_type, coalesce(primary_keys, r.primary_keys)
      USING ERRCODE = 'OB011', HINT = 'Pass the same sync_type and primary_keys with every batch of a run.';
  END IF;

  IF r.sync_type = 'incremental' AND cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is incremental but names no primary key.', enqueue.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
  END IF;

  IF r.sync_type = 'full_refresh' AND origin <> coalesce(r.origin_run_id, r.run_id) THEN
    RAISE EXCEPTION 'Batch % of run % names run % as its origin, but the origin of its run is %.',
      batch_index, enqueue.run_id, origin, coalesce(r.origin_run_id, r.run_id)
      USING ERRCODE = 'OB014', HINT = 'A full_refresh is kept apart under its origin until it ends: give all its batches the same one.';
  END IF;

  entry.group_id := gid;
  entry.kind := 'batch';
  entry.run_id := enqueue.run_id;
  entry.batch_index := enqueue.batch_index;
  entry.origin_run_id := origin;
  entry.origin_index := (options #>> '{origin,batch_index}')::int;
  entry.path := enqueue.path;
  entry.row_count := enqueue.row_count;
  entry.byte_size := enqueue.byte_size;
  entry.is_final := enqueue.is_final;
  entry.metadata := enqueue.metadata;
  appended := orleans_batch.append_entry(entry);

  UPDATE orleans_batch.run AS x
  SET last_index = enqueue.batch_index, batch_count = x.batch_count + 1, alive_at = clock_timestamp(),
      state = CASE WHEN enqueue.is_final THEN 'sealed' ELSE x.state END,
      end_seq = CASE WHEN enqueue.is_final THEN appended END
  WHERE x.run_id = enqueue.run_id;
  RETURN appended;
END $$;
