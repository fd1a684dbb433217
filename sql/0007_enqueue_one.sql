-- Guarantees: the batch is in its group's log exactly once per (run_id, batch_index) when the caller's transaction commits, in commit
-- order with the group's other entries; a repeated call returns the seq it has; a refused call has changed nothing.
-- Two callers of one group: the second waits at the group's row lock. What was enqueued before is looked up in statements after that
-- lock, because a statement that waits for a row keeps the snapshot from before its wait, and would let a duplicate in.
-- Two callers of one run id in two groups: the run's primary key lets one through; the other then reads whose run it is.
-- The settings: a session keeps its plans, and those it made while a table was empty would go on reading it from end to end.
CREATE FUNCTION orleans_batch.enqueue(
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
  appended bigint;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  PERFORM orleans_batch.require_valid_batch(
    team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options);

  gid := orleans_batch.ensure_group(team_id, schema_id);
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;

  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  IF r.run_id IS NULL THEN
    INSERT INTO orleans_batch.run (run_id, group_id, sync_type, primary_keys, on_failure, created_at, alive_at)
    VALUES (enqueue.run_id, gid, enqueue.sync_type, coalesce(enqueue.primary_keys, '{}'),
            coalesce(options ->> 'on_failure', CASE enqueue.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
            clock_timestamp(), clock_timestamp())
    ON CONFLICT ON CONSTRAINT run_pk DO NOTHING;
    SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  END IF;
  IF r.group_id <> gid THEN
    RAISE EXCEPTION 'Run % belongs to another group, so it can''t take a batch of %/%.', enqueue.run_id, team_id, schema_id
      USING ERRCODE = 'OB003', HINT = 'Give every run of every group a run id of its own.';
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

  entry.group_id := gid;
  entry.kind := 'batch';
  entry.run_id := enqueue.run_id;
  entry.batch_index := enqueue.batch_index;
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
