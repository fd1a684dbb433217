-- Guarantees that unfinished batches of the run are appended once more, at the log's end, as a new run of the same kind.
-- Each batch keeps its origin, so a sink that has a batch already does not apply the batch twice.
-- Batches that an earlier retry has appended are left to that retry.
-- When nothing else is unfinished, the call is refused and names the retry.
-- Returns the new run's id. A repeated call with the same new id returns that id and changes nothing.
-- The new run is sealed if the caller says so. Without a word the first run decides:
-- - A sealed run: the retry is sealed, because all its batches are there.
-- - An open run: the retry stays open, because the producer may go on.
-- - A cancelled, superseded or stranded run: the retry is sealed, because no producer continues such a run.
-- - A full_refresh among these without a final batch: the retry stays open. A sealed one would replace the table with a part of it.
-- Two callers, producers and other operators: the group's row lock. Everything is read in statements after that lock.
-- Owners: entries that they have passed are read in one snapshot per statement.
-- At worst a batch is appended although an owner has just applied it, and the sink recognises such a batch.
CREATE OR REPLACE FUNCTION orleans_batch.retry_run(
  run_id uuid, force boolean = false, new_run_id uuid = gen_random_uuid(), who text = session_user, why text = '', seal boolean = NULL)
RETURNS uuid
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  r orleans_batch.run := orleans_batch.lock_run(run_id);
  first_run uuid := coalesce(r.origin_run_id, r.run_id);
  made orleans_batch.run;
  entry orleans_batch.log_entry;
  sinks smallint[];
  seqs bigint[];
  others bigint[];
  outcome text;
  later uuid;
BEGIN
  SELECT * INTO made FROM orleans_batch.run AS x WHERE x.run_id = retry_run.new_run_id;
  IF made.group_id = r.group_id AND made.run_id <> r.run_id AND made.origin_run_id = first_run THEN
    RETURN made.run_id;
  ELSIF retry_run.new_run_id IS NULL OR made.run_id IS NOT NULL THEN
    RAISE EXCEPTION 'The new run can''t have the id %.', coalesce(retry_run.new_run_id::text, 'null')
      USING ERRCODE = 'OB021', HINT = 'Pass an id that no run has, or leave it out.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.run_outcomes(r) AS o WHERE o.state <> 'not wanted') THEN
    RAISE EXCEPTION 'Run % has not ended in any sink yet, so there is nothing to retry.', r.run_id
      USING ERRCODE = 'OB022', HINT = 'Wait for it, or end it with cancel_run first.';
  END IF;

  SELECT array_agg(DISTINCT u.sink_id), array_agg(DISTINCT u.seq) INTO sinks, seqs FROM orleans_batch.unfinished_entries(r) AS u;
  IF r.retried_as IS NOT NULL THEN
    SELECT array_agg(e.seq) INTO others FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour' AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS x
      JOIN orleans_batch.log_entry AS n ON n.run_id = x.run_id AND n.kind = 'batch' AND n.created_at >= x.created_at - interval '1 hour'
      WHERE x.group_id = r.group_id AND x.origin_run_id = first_run AND x.created_at > r.created_at
        AND n.origin_run_id = coalesce(e.origin_run_id, first_run) AND n.origin_index = coalesce(e.origin_index, e.batch_index));
    IF others IS NULL THEN
      SELECT * INTO made FROM orleans_batch.run AS x WHERE x.run_id = r.retried_as;
      outcome := orleans_batch.overall_outcome(made);
      RAISE EXCEPTION 'Run % was retried already, as run %, which %.', r.run_id, r.retried_as,
        CASE outcome WHEN 'succeeded' THEN 'has succeeded' WHEN 'unfinished' THEN 'has not ended yet' WHEN 'failed' THEN 'has failed'
          ELSE format('was %s', outcome) END
        USING ERRCODE = 'OB045', HINT = CASE outcome WHEN 'succeeded' THEN 'Nothing of it is left to retry.'
          WHEN 'unfinished' THEN CASE made.state WHEN 'open' THEN 'Seal that run once it has all its batches; if it fails, retry that run.'
            ELSE 'Wait for that run; if it fails, retry that run.' END
          ELSE 'Retry that run.' END;
    ELSIF r.sync_type <> 'full_refresh' THEN
      seqs := others;
    END IF;
  END IF;
  IF r.batch_count > (SELECT count(*) FROM orleans_batch.log_entry AS e
      WHERE e.run_id = r.run_id AND e.kind = 'batch' AND e.created_at >= r.created_at - interval '1 hour') THEN
    RAISE EXCEPTION 'Batches of run % are no longer retained, so it can''t be retried as a whole.', r.run_id
      USING ERRCODE = 'OB031', HINT = 'Enqueue the data as a new run.';
  ELSIF seqs IS NULL THEN
    RAISE EXCEPTION 'Nothing of run % is unfinished: every batch was applied, or skipped by an operator.', r.run_id
      USING ERRCODE = 'OB023', HINT = 'To apply batches again that were applied, use replay.';
  END IF;
  SELECT o.run_id INTO later FROM orleans_batch.sink_run AS o JOIN orleans_batch.run AS x ON x.run_id = o.run_id
  WHERE x.group_id = r.group_id AND x.created_at > r.created_at AND x.origin_run_id IS DISTINCT FROM first_run
    AND o.sink_id = ANY (sinks) AND o.batches_applied > 0
  ORDER BY x.created_at DESC LIMIT 1;
  IF later IS NOT NULL AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'Run % of the same group is later than run % and was applied: older rows would come after newer ones.', later, r.run_id
      USING ERRCODE = 'OB024', HINT = 'If the order does not matter for this data, pass force => true.';
  END IF;

  INSERT INTO orleans_batch.run
    (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, cdc, origin_run_id, created_at, alive_at, metadata,
     last_index, batch_count)
  SELECT retry_run.new_run_id, r.group_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc, first_run,
    clock_timestamp(), clock_timestamp(), r.metadata, max(e.batch_index), count(*)
  FROM orleans_batch.log_entry AS e
  WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour';
  FOR entry IN
    SELECT e.* FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour' ORDER BY e.seq
  LOOP
    entry.origin_run_id := coalesce(entry.origin_run_id, first_run);
    entry.origin_index := coalesce(entry.origin_index, entry.batch_index);
    entry.run_id := retry_run.new_run_id;
    entry.is_final := false;
    PERFORM orleans_batch.append_entry(entry);
  END LOOP;
  UPDATE orleans_batch.run AS x SET retried_as = retry_run.new_run_id WHERE x.run_id = r.run_id OR x.retried_as = r.run_id;
  IF coalesce(retry_run.seal, orleans_batch.retry_seals(r)) THEN
    PERFORM orleans_batch.seal_run(retry_run.new_run_id);
  END IF;
  PERFORM orleans_batch.record_action('retry', r.run_id::text, who, why);
  RETURN retry_run.new_run_id;
END $$;
