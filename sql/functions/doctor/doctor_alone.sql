-- Guarantees a finding while a silo runs a batch alone, or waits until it can, and groups wait that no other silo can take.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_alone()
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'silo_alone', 'warning', b.silo,
    format('Silo %s %s entry %s of group %s/%s in sink %s alone%s, because its owner was lost there %s times. '
        || '%s groups wait until that batch has ended: no other silo serves their sink.',
      n.shown, CASE WHEN b.since IS NULL THEN 'takes no batch until it can run' ELSE 'runs' END, b.seq, b.team_id, b.schema_id, b.sink,
      coalesce(' for ' || orleans_batch.doctor_age(b.since), ''), b.losses, b.groups_waiting),
    format('Nothing, they go on when it has ended; orleansbatch serve --sinks %s starts another silo for them.',
      orleans_batch.doctor_word(b.sink))
  FROM orleans_batch.lone_batch AS b
  CROSS JOIN LATERAL (
    SELECT coalesce((
      SELECT format('%s (process %s on %s)', v.silo, v.process_id, v.host) FROM orleans_batch.serving_silo AS v
      WHERE v.silo = b.silo AND v.host IS NOT NULL LIMIT 1), b.silo) AS shown) AS n
  WHERE b.groups_waiting > 0
$$;
