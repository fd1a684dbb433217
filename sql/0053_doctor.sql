-- What doctor finds besides: groups whose sink is not ready, failed runs that nobody has looked after, silos that disagree or hang, and
-- pauses of any age that hold work back.

-- Guarantees that doctor no longer names the run, and that who took note of its failure and why is on record; false when somebody had before.
-- Changes nothing else: what failed stays failed. Two callers at once may both be on record.
CREATE FUNCTION orleans_batch.acknowledge_run(run_id uuid, who text = session_user, why text = '') RETURNS boolean
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

-- Silos of one queue that do not write to the same place or do not read the same directories, and silos whose sinks hang.
CREATE FUNCTION orleans_batch.doctor_silos() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
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
  ), hung AS (
    SELECT v.silo, v.shown, v.sink, count(*) AS calls, min(y.since) AS since, o.slots,
      (array_agg(g.team_id || '/' || g.schema_id ORDER BY y.since))[1] AS longest,
      -- Whether one of its groups waits that no other silo can take.
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
    format('The silos that serve sink %s read batches from different directories: %s. A group waits for a silo that reaches its file.', r.sink,
      string_agg(r.silos || ' from ' || r.roots, '; ' ORDER BY r.roots)),
    'Start all with the same directories: orleansbatch serve --roots DIRECTORY'
  FROM roots AS r GROUP BY r.sink HAVING count(*) > 1
  UNION ALL
  SELECT 'silo_hung', CASE WHEN h.stops OR h.calls >= h.slots THEN 'error' ELSE 'warning' END, h.silo,
    format('%s must be restarted: sink %s was cancelled in %s of its %s slots and does not return, the longest for %s, in group %s.%s',
      upper(left(h.shown, 1)) || substr(h.shown, 2), h.sink, h.calls, coalesce(h.slots::text, '?'),
      orleans_batch.doctor_age(h.since), h.longest,
      CASE WHEN h.stops THEN ' No other silo can take what waits there.' ELSE '' END),
    format('Restart %s. Its groups go on elsewhere, or there again.', h.shown)
  FROM hung AS h
$$;

-- Groups that wait for their sink for longer than that.
CREATE FUNCTION orleans_batch.doctor_not_ready(waiting_after interval)
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'not_ready', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s has waited for sink %s for %s, asked %s times: %s', g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(n.since), n.tries, n.reason),
    CASE n.code
      WHEN 'locked' THEN 'Close the program that holds the file; the group goes on by itself.'
      WHEN 'missing' THEN format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'behind' THEN format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'no_space' THEN 'Free space where the sink writes to; the groups go on by themselves.'
      WHEN 'unwritable' THEN 'Have the destination mounted and writable for the silo''s account; the groups go on by themselves.'
      WHEN 'no_memory' THEN 'Give the silo more memory or fewer slots; the groups go on by themselves.'
      WHEN 'unreachable' THEN 'Put the file where a silo reads, or start one that reaches it: orleansbatch serve --roots DIRECTORY'
      WHEN 'alone' THEN 'Nothing, it goes on by itself; orleansbatch serve starts another silo for it.'
      ELSE 'Do what the sentence says; the group goes on by itself.'
    END
  FROM orleans_batch.not_ready AS n
  JOIN orleans_batch.batch_group AS g ON g.group_id = n.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id AND s.state <> 'disabled'
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = n.group_id AND c.sink_id = n.sink_id
  LEFT JOIN orleans_batch.parked AS p ON p.group_id = n.group_id AND p.sink_id = n.sink_id
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(g.team_id || '/' || g.schema_id) AS word) AS w
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(s.name) AS word) AS k
  WHERE n.since < statement_timestamp() - waiting_after AND n.seq = coalesce(c.next_seq, 1) AND n.seq <= g.tail_seq
    AND coalesce(p.reason, 'not_ready') = 'not_ready'
$$;

-- Failed runs whose rows are missing in the sink and that nobody has looked after: not retried, not cancelled, not acknowledged, and not
-- replaced by a later full refresh. A retry that failed is a failed run itself.
CREATE FUNCTION orleans_batch.doctor_failed_runs() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'run_failed', 'error', r.run_id::text,
    format('Run %s of group %s/%s failed in sink %s %s ago, and nobody has looked after it: %s', r.run_id, g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(o.finished_at), coalesce(o.first_error, 'no reason is on record.')),
    format('orleansbatch show %1$s; mend the cause, then orleansbatch retry %1$s; or orleansbatch acknowledge %1$s', r.run_id)
  FROM orleans_batch.sink_run AS o
  JOIN orleans_batch.run AS r ON r.run_id = o.run_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = o.sink_id
  WHERE o.state = 'failed' AND r.state <> 'cancelled'
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = r.run_id::text)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      WHERE t.group_id = r.group_id AND t.origin_run_id = coalesce(r.origin_run_id, r.run_id) AND t.created_at > r.created_at)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      JOIN orleans_batch.sink_run AS k ON k.run_id = t.run_id AND k.sink_id = o.sink_id AND k.state = 'succeeded'
      WHERE t.group_id = r.group_id AND t.sync_type = 'full_refresh' AND t.created_at > r.created_at)
$$;

-- Pauses that hold work back or that somebody may have forgotten, and days of the log that can't be dropped because of what stands still.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_pauses() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
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
      -- A team's groups are looked up, everybody's are read: one of the two parts is empty.
      SELECT coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0) AS waiting
      FROM (
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x
        WHERE x.team_id = p.team_id AND (p.schema_id IS NULL OR x.schema_id = p.schema_id)
        UNION ALL
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x WHERE p.team_id IS NULL
      ) AS g
      JOIN orleans_batch.sink AS k ON p.sink_id IS NULL OR k.sink_id = p.sink_id
      LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = k.sink_id
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
      -- The oldest ones are enough to tell.
      ORDER BY k.floor_at NULLS FIRST
      LIMIT 1000
    ) AS c
  ) AS h
  JOIN orleans_batch.log_entry AS e ON e.group_id = h.group_id AND e.seq = h.next_seq AND e.created_at >= h.floor_at
  WHERE e.created_at < date_trunc('day', statement_timestamp(), 'UTC') - interval '1 day'
  GROUP BY h.sink, h.cause
$$;

DROP FUNCTION orleans_batch.doctor(interval, interval);

-- Guarantees everything that the parts find, errors first, at most 50 of a kind. stuck_after: since when a batch counts as stuck;
-- silent_after: since when an open run's producer counts as silent; waiting_after: since when
-- a group that waits for its sink is a finding.
CREATE FUNCTION orleans_batch.doctor(
  stuck_after interval = '2 hours', silent_after interval = '2 hours', waiting_after interval = '5 minutes')
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT f.code, f.severity, f.subject,
    f.message || CASE WHEN f.n = 50 AND f.total > 50 THEN format(' There are %s more like it.', f.total - 50) ELSE '' END, f.remedy
  FROM (
    SELECT a.*, row_number() OVER (PARTITION BY a.code ORDER BY a.subject) AS n, count(*) OVER (PARTITION BY a.code) AS total
    FROM (
      SELECT * FROM orleans_batch.doctor_partitions()
      UNION ALL SELECT * FROM orleans_batch.doctor_sinks()
      UNION ALL SELECT * FROM orleans_batch.doctor_silos()
      UNION ALL SELECT * FROM orleans_batch.doctor_groups(stuck_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_not_ready(waiting_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_pauses()
      UNION ALL SELECT * FROM orleans_batch.doctor_runs(silent_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_failed_runs()
    ) AS a
  ) AS f
  WHERE f.n <= 50
  ORDER BY f.severity, f.code, f.n
$$;
