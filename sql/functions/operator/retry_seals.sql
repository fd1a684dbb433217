-- Guarantees whether a retry of the run is sealed when the caller says nothing.
-- All batches are there when one was final or the run was sealed, whoever ended the run.
CREATE OR REPLACE FUNCTION orleans_batch.retry_seals(r orleans_batch.run) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT r.state = 'sealed' OR r.state <> 'open' AND (r.sync_type <> 'full_refresh' OR EXISTS (
    SELECT FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.is_final AND e.created_at >= r.created_at - interval '1 hour'))
$$;
