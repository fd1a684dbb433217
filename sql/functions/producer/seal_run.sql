-- Guarantees that the run is sealed when the caller's transaction commits, and returns the seq of the entry that ends it.
-- An operator gives a name, which goes on record with the reason.
-- Two callers at once: the second waits at the group's row lock, and reads the run in a statement after it.
CREATE OR REPLACE FUNCTION orleans_batch.seal_run(run_id uuid, who text = NULL, why text = '') RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  IF r.run_id IS NULL THEN
    RAISE EXCEPTION 'Run % is unknown, so it can''t be sealed.', coalesce(seal_run.run_id::text, 'null')
      USING ERRCODE = 'OB017', HINT = 'A run exists from its first batch on; check the run id.';
  END IF;
  IF seal_run.who IS NOT NULL AND r.state = 'open' THEN
    PERFORM orleans_batch.record_action('seal', r.run_id::text, seal_run.who, seal_run.why);
  END IF;
  RETURN orleans_batch.seal(r);
END $$;
