-- Guarantees a finding where silos of one queue differ in destination, roots, sinks or version. Silos that can't reach another one, and
-- silos whose sinks hang, have a finding each.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_silos()
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  WITH serving AS MATERIALIZED (
    SELECT v.*, coalesce(format('silo %s (process %s on %s)', v.silo, v.process_id, v.host), format('silo %s', v.silo)) AS shown
    FROM orleans_batch.serving_silo AS v
  ), destination AS (
    SELECT v.sink, v.destination, string_agg(v.shown, ', ' ORDER BY v.silo) AS silos
    FROM serving AS v WHERE v.destination IS NOT NULL GROUP BY v.sink, v.destination
  ), roots AS (
    SELECT v.sink, r.roots, string_agg(v.shown, ', ' ORDER BY v.silo) AS silos
    FROM serving AS v
    CROSS JOIN LATERAL (SELECT array_to_string(ARRAY(SELECT x FROM unnest(v.input_roots) AS x ORDER BY x), ', ') AS roots) AS r
    WHERE r.roots <> '' GROUP BY v.sink, r.roots
  ), served AS (
    SELECT s.sinks, string_agg(s.shown, ', ' ORDER BY s.shown) AS silos
    FROM (SELECT v.shown, string_agg(v.sink, ' and ' ORDER BY v.sink) AS sinks FROM serving AS v GROUP BY v.shown) AS s
    GROUP BY s.sinks
  ), program AS (
    SELECT p.version, string_agg(p.shown, ', ' ORDER BY p.shown) AS silos
    FROM (SELECT DISTINCT coalesce(v.version, 'unknown') AS version, v.shown FROM serving AS v) AS p
    GROUP BY p.version
  ), hung AS (
    SELECT v.silo, v.shown, v.sink, count(*) AS calls, min(y.since) AS since, o.slots,
      (array_agg(g.team_id || '/' || g.schema_id ORDER BY y.since))[1] AS longest,
      -- True when a group of these calls has work that no other silo can take.
      bool_or(g.tail_seq >= coalesce(c.next_seq, 1) AND NOT EXISTS (
        SELECT FROM serving AS x WHERE x.sink_id = y.sink_id AND NOT EXISTS (
          SELECT FROM orleans_batch.hung_call AS z WHERE z.silo = x.silo AND z.group_id = y.group_id AND z.sink_id = y.sink_id))) AS stops
    FROM orleans_batch.hung_call AS y
    JOIN serving AS v ON v.silo = y.silo AND v.sink_id = y.sink_id
    JOIN orleans_batch.batch_group AS g ON g.group_id = y.group_id
    LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = y.group_id AND c.sink_id = y.sink_id
    LEFT JOIN orleans_batch.silo AS o ON o.name = y.silo
    GROUP BY v.silo, v.shown, v.sink, o.slots
  )
  SELECT 'destinations_differ', 'error', d.sink,
    format('The silos that serve sink %s write to different places: %s. A group''s rows would be spread over them.', d.sink,
      string_agg(d.silos || ' to ' || d.destination, '; ' ORDER BY d.destination)),
    'Stop one of them, or start all with the same destination: orleansbatch serve --lake DIRECTORY'
  FROM destination AS d GROUP BY d.sink HAVING count(*) > 1
  UNION ALL
  SELECT 'roots_differ', 'warning', r.sink,
    format('The silos that serve sink %s read batches from different directories: %s. A group waits for a silo that reaches its file.',
      r.sink, string_agg(r.silos || ' from ' || r.roots, '; ' ORDER BY r.roots)),
    'Start all with the same directories: orleansbatch serve --roots DIRECTORY'
  FROM roots AS r GROUP BY r.sink HAVING count(*) > 1
  UNION ALL
  SELECT 'sinks_differ', 'warning', 'silos',
    format('The silos serve different sinks: %s. A sink has only the slots of its own silos.',
      string_agg(s.silos || ' ' || s.sinks, '; ' ORDER BY s.sinks)),
    'Start all with the same sinks, if this is not meant: orleansbatch serve --sinks NAMES'
  FROM served AS s HAVING count(*) > 1
  UNION ALL
  SELECT 'versions_differ', 'warning', 'silos',
    format('The silos are of different versions: %s.', string_agg(p.silos || ' ' || p.version, '; ' ORDER BY p.version)),
    'Bring all silos to one version once the upgrade is over.'
  FROM program AS p HAVING count(*) > 1
  UNION ALL
  SELECT 'silo_unreached', 'error', u.silo,
    format('Silo %s has not reached silo %s at %s for %s. Batches go on. '
      || 'Calls between these silos fail, and one of them may be declared dead.',
      u.silo, u.peer, u.address, orleans_batch.doctor_age(u.since)),
    'Let the hosts through to each other''s silo and gateway ports.'
  FROM orleans_batch.unreached_silo AS u
  WHERE u.seen_at > statement_timestamp() - interval '30 seconds'
  UNION ALL
  SELECT 'silo_hung', CASE WHEN h.stops OR h.calls >= h.slots THEN 'error' ELSE 'warning' END, h.silo,
    format('%s must be restarted: sink %s was cancelled in %s of its %s slots and does not return, the longest for %s, in group %s.%s',
      upper(left(h.shown, 1)) || substr(h.shown, 2), h.sink, h.calls, coalesce(h.slots::text, '?'),
      orleans_batch.doctor_age(h.since), h.longest,
      CASE WHEN h.stops THEN ' No other silo can take what waits there.' ELSE '' END),
    format('Restart %s. Its groups go on elsewhere, or there again.', h.shown)
  FROM hung AS h
$$;
