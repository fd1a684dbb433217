-- Guarantees that doctor no longer names the failed run, and that operator and reason are on record.
-- Returns false when the run was acknowledged before. Failed batches stay failed, and nothing else changes.
-- Two callers at once may both be on record.
CREATE OR REPLACE FUNCTION orleans_batch.acknowledge_run(run_id uuid, who text = session_user, why text = '') RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM orleans_batch.run AS r WHERE r.run_id = acknowledge_run.run_id) THEN
    RAISE EXCEPTION 'Run % is unknown.', coalesce(acknowledge_run.run_id::text, 'null')
      USING ERRCODE = 'OB018', HINT = 'Check the run id; what is older than it is kept is forgotten.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.sink_run AS o WHERE o.run_id = acknowledge_run.run_id AND o.state = 'failed') THEN
    RAISE EXCEPTION 'Run % has not failed in any sink, so there is nothing to acknowledge.', acknowledge_run.run_id
      USING ERRCODE = 'OB023', HINT = 'The view run_status says what became of it.';
  END IF;
  IF EXISTS (
      SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = acknowledge_run.run_id::text) THEN
    RETURN false;
  END IF;
  PERFORM orleans_batch.record_action('acknowledge', acknowledge_run.run_id::text, who, why);
  RETURN true;
END $$;
