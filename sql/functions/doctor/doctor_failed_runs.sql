-- Guarantees a finding for each failed run whose rows are missing in a sink and that nobody has looked after.
-- A run is looked after when it was retried, cancelled or acknowledged, or when a later full refresh replaced its rows.
-- A retry that failed is a failed run itself.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_failed_runs()
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'run_failed', 'error', r.run_id::text,
    format('Run %s of group %s/%s failed in sink %s %s ago, and nobody has looked after it: %s', r.run_id, g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(o.finished_at), coalesce(o.first_error, 'no reason is on record.')),
    format('orleansbatch show %1$s; mend the cause, then orleansbatch retry %1$s; or orleansbatch acknowledge %1$s', r.run_id)
  FROM orleans_batch.sink_run AS o
  JOIN orleans_batch.run AS r ON r.run_id = o.run_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = o.sink_id
  WHERE o.state = 'failed' AND r.state <> 'cancelled' AND NOT g.is_closed
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = r.run_id::text)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      WHERE t.group_id = r.group_id AND t.origin_run_id = coalesce(r.origin_run_id, r.run_id) AND t.created_at > r.created_at)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      JOIN orleans_batch.sink_run AS k ON k.run_id = t.run_id AND k.sink_id = o.sink_id AND k.state = 'succeeded'
      WHERE t.group_id = r.group_id AND t.sync_type = 'full_refresh' AND t.created_at > r.created_at)
$$;
