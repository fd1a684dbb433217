-- Guarantees that the run takes no further batches and that its end is an entry of the log, so that the owner passes it in order and
-- the drained check and the wakeup cover it. A run that is sealed already keeps its end; the call returns that entry's seq.
-- The caller holds the group's row lock and has read the run after it.
CREATE FUNCTION orleans_batch.seal(r orleans_batch.run) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  entry orleans_batch.log_entry;
  appended bigint;
BEGIN
  IF r.state = 'sealed' THEN
    RETURN r.end_seq;
  END IF;
  PERFORM orleans_batch.require_open(r);

  entry.group_id := r.group_id;
  entry.kind := 'sealed';
  entry.run_id := r.run_id;
  entry.is_final := true;
  entry.metadata := '{}';
  appended := orleans_batch.append_entry(entry);

  UPDATE orleans_batch.run AS x SET state = 'sealed', end_seq = appended, alive_at = clock_timestamp() WHERE x.run_id = r.run_id;
  RETURN appended;
END $$;

-- Guarantees that the run is sealed when the caller's transaction commits, and returns the seq of the entry that ends it.
-- Two callers at once: the second waits at the group's row lock and reads the run in a statement after it.
CREATE FUNCTION orleans_batch.seal_run(run_id uuid) RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  IF gid IS NULL THEN
    RAISE EXCEPTION 'Run % is unknown, so it can''t be sealed.', coalesce(seal_run.run_id::text, 'null')
      USING ERRCODE = 'OB017', HINT = 'A run exists from its first batch on; check the run id.';
  END IF;
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  RETURN orleans_batch.seal(r);
END $$;
