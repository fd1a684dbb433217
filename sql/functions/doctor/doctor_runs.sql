-- Guarantees a finding for each run whose producer is silent, whose outcome contradicts the cursor, or whose hooks fail repeatedly.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_runs(silent_after interval)
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'run_silent', 'warning', r.run_id::text,
    format('Run %1$s of group %2$s/%3$s is open, and its producer has given no sign for %4$s: it may have died. '
      || 'If the run has all its batches, "orleansbatch seal %1$s" ends it as complete.',
      r.run_id, g.team_id, g.schema_id, orleans_batch.doctor_age(r.alive_at)),
    format('orleansbatch cancel %s --reason "..."', r.run_id)
  FROM orleans_batch.run AS r
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  WHERE r.state = 'open' AND r.alive_at < statement_timestamp() - silent_after AND NOT g.is_closed
  UNION ALL
  SELECT 'run_mismatch', 'error', r.run_id::text,
    CASE o.state WHEN 'running' THEN
      format('Run %s of group %s/%s is still running in sink %s, although the sink has passed its end (entry %s).', r.run_id, g.team_id,
        g.schema_id, s.name, r.end_seq)
    ELSE
      format('Run %s of group %s/%s has succeeded in sink %s, although the sink has not reached its end (entry %s, it is at %s).', r.run_id,
        g.team_id, g.schema_id, s.name, r.end_seq, c.next_seq)
    END,
    CASE o.state WHEN 'running' THEN
      format('orleansbatch replay %s --from %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
        (SELECT min(e.seq) FROM orleans_batch.log_entry AS e WHERE e.run_id = r.run_id), orleans_batch.doctor_word(s.name))
    ELSE format('orleansbatch show %s (the sink comes to its end again by itself; was the database restored?)', r.run_id) END
  FROM orleans_batch.sink_run AS o
  JOIN orleans_batch.run AS r ON r.run_id = o.run_id
  JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = o.sink_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = o.sink_id
  WHERE NOT g.is_closed AND (o.state = 'running' AND r.end_seq < c.next_seq
    OR o.state = 'succeeded' AND r.state = 'sealed' AND r.end_seq >= c.next_seq AND coalesce(c.replay_to, 0) < r.end_seq)
  UNION ALL
  SELECT 'notification_failing', 'warning', n.run_id::text,
    format('A hook has failed %s times to take note of the end of run %s in sink %s: %s', n.tries, n.run_id, s.name, n.last_error),
    format('Mend the hook; it is tried again by itself. orleansbatch show %s says how the run ended.', n.run_id)
  FROM orleans_batch.run_notification AS n
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id
  WHERE n.tries >= 3 AND n.last_error IS NOT NULL
$$;
