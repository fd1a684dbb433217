-- Guarantees a finding for each group that is being forgotten and is not gone yet, with what the removal waits for.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_forgets() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'forget_open', 'warning', format('%s/%s', f.team_id, f.schema_id),
    format('Group %s/%s is being forgotten, as %s asked %s ago (%s). %s', f.team_id, f.schema_id, f.who,
      orleans_batch.doctor_age(f.asked_at), f.why,
      coalesce(w.message, 'Its sinks are done with it, and the next sweep takes it out of the queue.')),
    coalesce(w.remedy, 'orleansbatch serve (its sweep does it within SweepPeriod, 30 s)')
  FROM orleans_batch.forgetting AS f
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(f.team_id || '/' || f.schema_id) AS word) AS n
  LEFT JOIN LATERAL (
    SELECT string_agg(x.message, ' ' ORDER BY x.name) AS message, (array_agg(x.remedy ORDER BY x.rank, x.name))[1] AS remedy
    FROM (
      SELECT s.name, t.rank,
        CASE t.rank
          WHEN 1 THEN format('Sink %s could not remove what it holds, tried %s times: %s', s.name, q.tries, q.last_error)
          WHEN 2 THEN format('In sink %s silo %s finishes entry %s first, at work on it for %s.', s.name, c.owner, c.next_seq,
            orleans_batch.doctor_age(c.claimed_at))
          WHEN 3 THEN format('Sink %s is disabled.', s.name)
          WHEN 4 THEN format('No silo that is running serves sink %s.', s.name)
          ELSE format('Sink %s has yet to remove what it holds.', s.name)
        END AS message,
        CASE t.rank
          WHEN 1 THEN format('Mend what the sentence says: it is tried again by itself. Or leave what the sink holds: '
            || 'orleansbatch forget %s --leave %s --reason "..."', n.word, k.word)
          WHEN 2 THEN format('Nothing, or end that batch: orleansbatch evict %s --sink %s', n.word, k.word)
          WHEN 3 THEN format('orleansbatch sink enable %s (or orleansbatch forget %s --leave %s --reason "...")', k.word, n.word, k.word)
          WHEN 4 THEN format('orleansbatch serve --sinks %s (or orleansbatch forget %s --leave %s --reason "...")', k.word, n.word, k.word)
          ELSE 'orleansbatch serve'
        END AS remedy
      FROM orleans_batch.sink_cursor AS c
      JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
      CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(s.name) AS word) AS k
      LEFT JOIN LATERAL (
        SELECT y.tries, y.last_error FROM orleans_batch.operator_request AS y
        WHERE y.group_id = f.group_id AND y.sink_id = c.sink_id AND y.kind = 'forget' AND y.done_at IS NULL LIMIT 1) AS q ON true
      LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = c.group_id AND h.sink_id = c.sink_id
      CROSS JOIN LATERAL (
        SELECT CASE
          WHEN q.last_error IS NOT NULL THEN 1
          WHEN h.backend_pid IS NOT NULL AND c.claimed_to >= c.next_seq THEN 2
          WHEN s.state = 'disabled' THEN 3
          WHEN NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = s.sink_id) THEN 4
          ELSE 5
        END AS rank) AS t
      WHERE c.group_id = f.group_id AND c.sink_id <> ALL (f.left_sinks) AND NOT EXISTS (
        SELECT FROM orleans_batch.operator_request AS y
        WHERE y.group_id = f.group_id AND y.sink_id = c.sink_id AND y.kind = 'forget' AND y.removed IS NOT NULL)
    ) AS x
  ) AS w ON true
$$;
