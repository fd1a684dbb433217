-- Guarantees a finding for each pause that holds work back or that somebody may have forgotten.
-- Days of the log that groups at a standstill keep from being dropped are findings, too.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_pauses()
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  WITH held AS (
    SELECT n.scope, p.created_at, w.waiting,
      format('%s has been paused for %s, by %s (%s); %s entries wait.', upper(left(n.scope, 1)) || substr(n.scope, 2),
        orleans_batch.doctor_age(p.created_at), p.who, coalesce(nullif(p.why, ''), 'no reason given'), w.waiting) AS message,
      'orleansbatch resume' || coalesce(' ' || orleans_batch.doctor_word(p.team_id || coalesce('/' || p.schema_id, '')), '')
        || coalesce(' --sink ' || orleans_batch.doctor_word(s.name), '')
        || CASE WHEN p.team_id IS NULL AND p.sink_id IS NULL THEN ' --all' ELSE '' END AS remedy
    FROM orleans_batch.pause AS p
    LEFT JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
    CROSS JOIN LATERAL (
      SELECT orleans_batch.scope_name(p.team_id, p.schema_id, s.name) AS scope
    ) AS n
    CROSS JOIN LATERAL (
      -- The groups of one team are looked up, and the groups of all teams are read. One of the two parts is always empty.
      SELECT coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0) AS waiting
      FROM (
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x
        WHERE x.team_id = p.team_id AND (p.schema_id IS NULL OR x.schema_id = p.schema_id)
        UNION ALL
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x WHERE p.team_id IS NULL
      ) AS g
      JOIN orleans_batch.sink AS k ON p.sink_id IS NULL OR k.sink_id = p.sink_id
      LEFT JOIN LATERAL (
        SELECT y.next_seq FROM orleans_batch.sink_cursor AS y WHERE y.group_id = g.group_id AND y.sink_id = k.sink_id LIMIT 1
      ) AS c ON true
      WHERE g.tail_seq >= coalesce(c.next_seq, 1)
    ) AS w
  )
  SELECT 'pause_forgotten', 'warning', h.scope, h.message, h.remedy FROM held AS h
  WHERE h.created_at < statement_timestamp() - interval '1 day'
  UNION ALL
  SELECT 'work_paused', 'warning', h.scope, h.message, h.remedy FROM held AS h
  WHERE h.created_at >= statement_timestamp() - interval '1 day' AND h.waiting > 0
  UNION ALL
  SELECT 'partition_held', 'warning', h.sink,
    format('The log can''t be dropped from %s on: %s groups have entries of two days ago or older that sink %s has not passed, because %s.',
      (min(e.created_at) AT TIME ZONE 'UTC')::date, count(*), h.sink,
      CASE h.cause WHEN 'disabled' THEN 'it is disabled' WHEN 'paused' THEN 'they are paused' ELSE 'a failed run stopped them' END),
    CASE h.cause WHEN 'disabled' THEN format('orleansbatch sink enable %s', orleans_batch.doctor_word(h.sink))
      WHEN 'paused' THEN 'orleansbatch resume, with the scope of the pause'
      ELSE format('orleansbatch unblock GROUP --sink %s', orleans_batch.doctor_word(h.sink)) END
  FROM (
    SELECT s.name AS sink, c.cause, c.group_id, c.next_seq, c.floor_at
    FROM orleans_batch.sink AS s
    CROSS JOIN LATERAL (
      SELECT g.group_id, coalesce(k.next_seq, 1) AS next_seq, coalesce(k.floor_at, '-infinity') AS floor_at,
        CASE WHEN s.state = 'disabled' THEN 'disabled' ELSE p.reason END AS cause
      FROM orleans_batch.batch_group AS g
      LEFT JOIN orleans_batch.sink_cursor AS k ON k.group_id = g.group_id AND k.sink_id = s.sink_id
      LEFT JOIN orleans_batch.parked AS p ON p.group_id = g.group_id AND p.sink_id = s.sink_id
      WHERE g.tail_seq >= coalesce(k.next_seq, 1) AND (s.state = 'disabled' OR p.reason IN ('paused', 'blocked'))
      -- The 1000 oldest groups are enough for a finding.
      ORDER BY k.floor_at NULLS FIRST
      LIMIT 1000
    ) AS c
  ) AS h
  JOIN orleans_batch.log_entry AS e ON e.group_id = h.group_id AND e.seq = h.next_seq AND e.created_at >= h.floor_at
  WHERE e.created_at < date_trunc('day', statement_timestamp(), 'UTC') - interval '1 day'
  GROUP BY h.sink, h.cause
$$;
