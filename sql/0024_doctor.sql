-- What is not as it should be, for "orleansbatch doctor" and for monitoring: no rows when all is well. Each finding has a code, a severity
-- (error: work stands still or may be lost because of it), a subject, a sentence and the verb that mends it. Nothing is changed, nothing
-- is locked; each part reads one snapshot, so that what is written together never looks torn.

-- A name as one word of a shell's command line.
CREATE FUNCTION orleans_batch.doctor_word(name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN name ~ '^[A-Za-z0-9_./:@-]+$' THEN name ELSE '''' || replace(name, '''', '''\''''') || '''' END
$$;

-- How long ago, for people.
CREATE FUNCTION orleans_batch.doctor_age(since timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN age < interval '2 minutes' THEN floor(extract(epoch FROM age)) || ' s'
    WHEN age < interval '2 hours' THEN floor(extract(epoch FROM age) / 60) || ' min'
    WHEN age < interval '2 days' THEN floor(extract(epoch FROM age) / 3600) || ' h'
    ELSE floor(extract(epoch FROM age) / 86400) || ' days'
  END
  FROM (SELECT statement_timestamp() - since AS age) AS a
$$;

-- Partitions that are missing ahead, or were detached. The last day ahead has a while to be made.
CREATE FUNCTION orleans_batch.doctor_partitions() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE AS $$
  SELECT 'partition_missing', CASE WHEN min(d.day) <= d.today + 1 THEN 'error' ELSE 'warning' END, d.parent,
    format('There is no partition of %s for %s: %s', d.parent, string_agg(d.day::text, ', ' ORDER BY d.day),
      CASE d.parent WHEN 'log_entry' THEN 'nothing can be enqueued on that day.' ELSE 'nothing can be finished on that day.' END),
    'orleansbatch migrate'
  FROM (
    SELECT p.parent, (statement_timestamp() AT TIME ZONE 'UTC')::date AS today,
      (statement_timestamp() AT TIME ZONE 'UTC')::date + n AS day, n
    FROM (VALUES ('log_entry'), ('batch_attempt')) AS p(parent), generate_series(0, 7) AS n
  ) AS d
  WHERE to_regclass('orleans_batch.' || d.parent || '_' || to_char(d.day, 'YYYYMMDD')) IS NULL
    AND (d.n < 7 OR (statement_timestamp() AT TIME ZONE 'UTC')::time > '00:10')
  GROUP BY d.parent, d.today
  UNION ALL
  SELECT 'partition_detached', 'error', c.relname::text,
    format('Partition %s is not attached: what is in it is not seen, and nothing can be written for its day.', c.relname),
    format('ALTER TABLE orleans_batch.%s ATTACH PARTITION orleans_batch.%s FOR VALUES FROM (%L) TO (%L);',
      c.parent, c.relname, c.day::timestamp AT TIME ZONE 'UTC', (c.day + 1)::timestamp AT TIME ZONE 'UTC')
  FROM (
    SELECT r.relname, substring(r.relname FROM '^(.*)_[0-9]{8}$') AS parent, to_date(right(r.relname, 8), 'YYYYMMDD') AS day
    FROM pg_catalog.pg_class AS r
    WHERE r.relnamespace = 'orleans_batch'::regnamespace AND r.relkind = 'r' AND NOT r.relispartition
      AND r.relname ~ '^(log_entry|batch_attempt)_[0-9]{8}$'
  ) AS c
$$;

-- Sinks that nobody serves or that are still being added, and cursors of what does not exist.
CREATE FUNCTION orleans_batch.doctor_sinks() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'sink_unserved', CASE WHEN w.groups > 0 THEN 'error' ELSE 'warning' END, s.name,
    format('Sink %s is active, but no silo that is running serves it; %s groups wait for it.', s.name, w.groups),
    format('orleansbatch serve --sinks %1$s (or orleansbatch sink disable %1$s)', orleans_batch.doctor_word(s.name))
  FROM orleans_batch.sink AS s
  CROSS JOIN LATERAL (SELECT count(DISTINCT x.group_id) AS groups FROM orleans_batch.wakeup AS x WHERE x.sink_id = s.sink_id) AS w
  WHERE s.state = 'active' AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = s.sink_id)
  UNION ALL
  SELECT 'sink_adding', 'warning', s.name,
    format('Sink %s is still being added: a silo gives it its groups once every transaction that is older has ended%s.', s.name,
      coalesce((SELECT format('; the oldest one is open for %s in backend %s', orleans_batch.doctor_age(a.xact_start), a.pid)
                FROM pg_catalog.pg_stat_activity AS a
                WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid() ORDER BY a.xact_start LIMIT 1), '')),
    'orleansbatch serve (its sweep finishes it)'
  FROM orleans_batch.sink AS s
  WHERE s.state = 'adding'
  UNION ALL
  SELECT 'cursor_orphaned', 'warning', format('group %s, sink %s', c.group_id, c.sink_id),
    format('There is a cursor of group number %s in sink number %s, but no such %s.', c.group_id, c.sink_id,
      CASE WHEN g.group_id IS NULL THEN 'group' ELSE 'sink' END),
    format('DELETE FROM orleans_batch.sink_cursor WHERE group_id = %s AND sink_id = %s;', c.group_id, c.sink_id)
  FROM orleans_batch.sink_cursor AS c
  LEFT JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  LEFT JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
  WHERE g.group_id IS NULL OR s.sink_id IS NULL
$$;

-- Groups that stand still: without a wakeup, stopped by a failed run, in a batch that does not end, or with a request nobody carries out.
CREATE FUNCTION orleans_batch.doctor_groups(stuck_after interval)
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'wakeup_lost', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s has %s unfinished entries in sink %s and no wakeup, so no silo looks at it.', g.team_id, g.schema_id,
      least(g.tail_seq, u.next_seq - 1) - coalesce(c.next_seq, 1) + 1, s.name),
    'orleansbatch serve (its sweep mends it within SweepPeriod, 30 s)'
  FROM orleans_batch.batch_group AS g
  CROSS JOIN orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS u ON u.group_id = g.group_id AND u.sink_id = s.upstream_id
  WHERE s.state <> 'adding' AND (s.upstream_id IS NULL OR u.next_seq IS NOT NULL)
    AND least(g.tail_seq, u.next_seq - 1) >= coalesce(c.next_seq, 1)
    AND NOT EXISTS (SELECT FROM orleans_batch.wakeup AS w
                    WHERE w.team_id = g.team_id AND w.group_id = g.group_id AND w.sink_id = s.sink_id)
    AND NOT EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = g.group_id AND p.sink_id = s.sink_id)
  UNION ALL
  SELECT 'group_blocked', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s is stopped in sink %s: %s', g.team_id, g.schema_id, s.name, coalesce(p.error, 'a run failed.')),
    format('orleansbatch unblock %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
      orleans_batch.doctor_word(s.name))
  FROM orleans_batch.parked AS p
  JOIN orleans_batch.batch_group AS g ON g.group_id = p.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
  WHERE p.reason = 'blocked'
  UNION ALL
  SELECT 'batch_stuck', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Silo %s has been at entry %s of group %s/%s in sink %s for %s.', c.owner, c.next_seq, g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(c.claimed_at)),
    format('orleansbatch evict %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
      orleans_batch.doctor_word(s.name))
  FROM orleans_batch.held_lock AS h
  JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
  WHERE c.claimed_to >= c.next_seq AND c.claimed_at < statement_timestamp() - stuck_after
  UNION ALL
  SELECT 'request_open', 'warning', format('request %s', q.request_id),
    format('%s asked %s ago to %s entry %s of group %s/%s in sink %s (%s), and no owner has done so.', q.who,
      orleans_batch.doctor_age(q.created_at), CASE q.kind WHEN 'skip' THEN 'skip' ELSE 'replay from' END, q.seq, g.team_id, g.schema_id,
      s.name, coalesce(nullif(q.why, ''), 'no reason given')),
    CASE WHEN h.backend_pid IS NOT NULL THEN
      format('orleansbatch evict %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
        orleans_batch.doctor_word(s.name))
    ELSE format('orleansbatch serve --sinks %s', orleans_batch.doctor_word(s.name)) END
  FROM orleans_batch.operator_request AS q
  JOIN orleans_batch.batch_group AS g ON g.group_id = q.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = q.sink_id
  LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = q.group_id AND h.sink_id = q.sink_id
  WHERE q.done_at IS NULL AND q.created_at < statement_timestamp() - interval '5 minutes'
    -- A skip waits until the sink comes to the batch.
    AND (q.kind = 'replay' OR EXISTS (
      SELECT FROM orleans_batch.sink_cursor AS c WHERE c.group_id = q.group_id AND c.sink_id = q.sink_id AND c.next_seq >= q.seq))
$$;

-- Pauses that somebody may have forgotten, and days of the log that can't be dropped because of what stands still.
CREATE FUNCTION orleans_batch.doctor_pauses() RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'pause_forgotten', 'warning', n.scope,
    format('%s has been paused for %s, by %s (%s); %s entries wait.', upper(left(n.scope, 1)) || substr(n.scope, 2),
      orleans_batch.doctor_age(p.created_at), p.who, coalesce(nullif(p.why, ''), 'no reason given'), w.waiting),
    'orleansbatch resume' || coalesce(' ' || orleans_batch.doctor_word(p.team_id || coalesce('/' || p.schema_id, '')), '')
      || coalesce(' --sink ' || orleans_batch.doctor_word(s.name), '')
      || CASE WHEN p.team_id IS NULL AND p.sink_id IS NULL THEN ' --all' ELSE '' END
  FROM orleans_batch.pause AS p
  LEFT JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
  CROSS JOIN LATERAL (
    SELECT orleans_batch.scope_name(p.team_id, p.schema_id, s.name) AS scope
  ) AS n
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0) AS waiting
    FROM orleans_batch.batch_group AS g
    JOIN orleans_batch.sink AS k ON p.sink_id IS NULL OR k.sink_id = p.sink_id
    LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = k.sink_id
    WHERE (p.team_id IS NULL OR g.team_id = p.team_id) AND (p.schema_id IS NULL OR g.schema_id = p.schema_id)
      AND g.tail_seq >= coalesce(c.next_seq, 1)
  ) AS w
  WHERE p.created_at < statement_timestamp() - interval '1 day'
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

-- Runs whose producer is silent, whose outcome and cursor contradict each other, or whose hooks fail again and again.
CREATE FUNCTION orleans_batch.doctor_runs(silent_after interval)
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'run_silent', 'warning', r.run_id::text,
    format('Run %s of group %s/%s is open, and its producer has given no sign for %s: it may have died.', r.run_id, g.team_id, g.schema_id,
      orleans_batch.doctor_age(r.alive_at)),
    format('orleansbatch cancel %s --reason "..."', r.run_id)
  FROM orleans_batch.run AS r
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  WHERE r.state = 'open' AND r.alive_at < statement_timestamp() - silent_after
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
  WHERE (o.state = 'running' AND r.end_seq < c.next_seq)
    OR (o.state = 'succeeded' AND r.state = 'sealed' AND r.end_seq >= c.next_seq AND coalesce(c.replay_to, 0) < r.end_seq)
  UNION ALL
  SELECT 'notification_failing', 'warning', n.run_id::text,
    format('A hook has failed %s times to take note of the end of run %s in sink %s: %s', n.tries, n.run_id, s.name, n.last_error),
    format('Mend the hook; it is tried again by itself. orleansbatch show %s says how the run ended.', n.run_id)
  FROM orleans_batch.run_notification AS n
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id
  WHERE n.tries >= 3 AND n.last_error IS NOT NULL
$$;

-- Guarantees everything that the parts find, errors first, at most 50 of a kind. stuck_after: since when a batch counts as stuck;
-- silent_after: since when an open run's producer counts as silent.
CREATE FUNCTION orleans_batch.doctor(stuck_after interval = '2 hours', silent_after interval = '2 hours')
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT f.code, f.severity, f.subject,
    f.message || CASE WHEN f.n = 50 AND f.total > 50 THEN format(' There are %s more like it.', f.total - 50) ELSE '' END, f.remedy
  FROM (
    SELECT a.*, row_number() OVER (PARTITION BY a.code ORDER BY a.subject) AS n, count(*) OVER (PARTITION BY a.code) AS total
    FROM (
      SELECT * FROM orleans_batch.doctor_partitions()
      UNION ALL SELECT * FROM orleans_batch.doctor_sinks()
      UNION ALL SELECT * FROM orleans_batch.doctor_groups(stuck_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_pauses()
      UNION ALL SELECT * FROM orleans_batch.doctor_runs(silent_after)
    ) AS a
  ) AS f
  WHERE f.n <= 50
  ORDER BY f.severity, f.code, f.n
$$;
