-- Guarantees that the batch is in its group's log exactly once per (run_id, batch_index) when the caller's transaction commits.
-- Entries of a group are in commit order. A repeated call returns the seq it has. A refused call has changed nothing.
-- Two callers of one group: the second waits at the group's row lock. Earlier batches are looked up in statements after that lock.
-- A statement that waits for a row keeps the snapshot from before its wait, and would let a duplicate in.
-- The first entry of a new full_refresh comes after the markers of the runs that it supersedes, in the same transaction.
-- Two callers of one run id in two groups: the run's primary key lets one through. The other then reads whose run it is.
-- The settings are there because a session keeps its plans. A plan from an empty table would read the full one from end to end.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean = false, row_count bigint = NULL,
  byte_size bigint = NULL, sync_type text = 'append', primary_keys text[] = NULL, metadata jsonb = '{}', options jsonb = '{}')
RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET enable_bitmapscan = off AS $$
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
  gid := orleans_batch.lock_group(team_id, schema_id);

  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  IF r.run_id IS NULL THEN
    IF EXISTS (SELECT FROM orleans_batch.forgotten_run AS f WHERE f.run_id = enqueue.run_id) THEN
      RAISE EXCEPTION 'Run % was forgotten with its group, so it takes no further batches.', enqueue.run_id
        USING ERRCODE = 'OB048', HINT = 'Enqueue the data as a new run, under a new run id: the group begins anew with it.';
    END IF;
    INSERT INTO orleans_batch.run
      (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, cdc, origin_run_id, created_at, alive_at)
    VALUES (enqueue.run_id, gid, enqueue.sync_type, coalesce(enqueue.primary_keys, '{}'),
            coalesce(options ->> 'on_failure', CASE enqueue.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
            coalesce(options ->> 'null_keys', 'refuse'), coalesce(options ->> 'lossy', 'refuse'),
            orleans_batch.cdc_rules(options -> 'cdc'), origin, clock_timestamp(), clock_timestamp())
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
  ELSIF options ->> 'null_keys' <> r.null_keys OR options ->> 'lossy' <> r.lossy THEN
    RAISE EXCEPTION 'Run % has the options null_keys % and lossy %, as its first batch said, but batch % says null_keys % and lossy %.',
      enqueue.run_id, r.null_keys, r.lossy, batch_index, coalesce(options ->> 'null_keys', r.null_keys),
      coalesce(options ->> 'lossy', r.lossy)
      USING ERRCODE = 'OB011', HINT = 'Pass the same options with every batch of a run, or pass them with the first one only.';
  ELSIF orleans_batch.cdc_rules(options -> 'cdc') <> coalesce(r.cdc, '{}') THEN
    RAISE EXCEPTION 'Run % has the option cdc %, as its first batch said, but batch % says %.',
      enqueue.run_id, coalesce(r.cdc::text, 'null'), batch_index, orleans_batch.cdc_rules(options -> 'cdc')
      USING ERRCODE = 'OB011', HINT = 'Pass the same options with every batch of a run, or pass them with the first one only.';
  END IF;

  IF r.sync_type = 'incremental' AND cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is incremental but names no primary key.', enqueue.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
  ELSIF is_new AND r.sync_type = 'cdc' THEN
    PERFORM orleans_batch.require_cdc_run(r);
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
