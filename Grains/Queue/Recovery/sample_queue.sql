-- Guarantees the backlog from one snapshot: of each sink by the state of its groups, and of the teams that wait the longest.
-- Sinks that are disabled are left out. A marker counts as a batch, and a follower's backlog is what its upstream has passed.
-- most_groups => $1: the most woken groups of a sink, and the most parked groups of all, that are looked at
-- most_teams => $2: the most teams to return
-- Rows:
-- - sink: its name, and either a state with groups, batches and oldest age, or none, with the age of the oldest batch that executes;
-- - team: its number, or null for all other teams together, with batches and oldest age. Paused groups are left out.
-- Ages are in seconds. A team whose batches wait for less than a minute is among the others.
-- Cost: a step on an index and four look-ups for each group that waits, whatever is retained. The limits keep these look-ups.
WITH RECURSIVE listed AS MATERIALIZED (
  SELECT s.sink_id, s.name, s.upstream_id FROM orleans_batch.sink AS s WHERE s.state <> 'disabled'
), held AS MATERIALIZED (
  SELECT h.group_id, h.sink_id FROM orleans_batch.held_lock AS h
), woken AS (
  -- From group to group of a sink, over all wakeups of each.
  SELECT l.sink_id, (-9223372036854775808)::bigint AS team_id, 0 AS group_id, 0 AS n FROM listed AS l
  UNION ALL
  SELECT w.sink_id, x.team_id, x.group_id, w.n + 1
  FROM woken AS w
  CROSS JOIN LATERAL (
    SELECT u.team_id, u.group_id FROM orleans_batch.wakeup AS u
    WHERE u.sink_id = w.sink_id AND (u.team_id, u.group_id, u.id) > (w.team_id, w.group_id, 9223372036854775807)
    ORDER BY u.team_id, u.group_id, u.id LIMIT 1
  ) AS x
  WHERE w.n < $1
), parked AS MATERIALIZED (
  SELECT p.group_id, p.sink_id, p.team_id, p.reason FROM orleans_batch.parked AS p
  WHERE p.group_id > 0 ORDER BY p.group_id, p.sink_id LIMIT $1
), work AS (
  SELECT w.sink_id, w.team_id, w.group_id, NULL::text AS reason
  FROM woken AS w
  WHERE w.n > 0 AND NOT EXISTS (SELECT FROM parked AS p WHERE p.group_id = w.group_id AND p.sink_id = w.sink_id)
  UNION ALL
  SELECT p.sink_id, p.team_id, p.group_id, p.reason FROM parked AS p
), standing AS MATERIALIZED (
  SELECT k.sink_id, k.team_id, k.reason, r.ready_to - coalesce(c.next_seq, 1) + 1 AS batches,
    h.group_id IS NOT NULL AND c.claimed_to >= c.next_seq AS executes,
    extract(epoch FROM statement_timestamp() - e.created_at)::double precision AS age
  FROM work AS k
  JOIN listed AS l ON l.sink_id = k.sink_id
  CROSS JOIN LATERAL (
    SELECT x.tail_seq FROM orleans_batch.batch_group AS x WHERE x.group_id >= k.group_id AND x.group_id <= k.group_id
    ORDER BY x.group_id DESC LIMIT 1
  ) AS g
  LEFT JOIN LATERAL (
    SELECT y.next_seq, y.claimed_to, y.floor_at FROM orleans_batch.sink_cursor AS y
    WHERE y.group_id = k.group_id AND y.sink_id >= k.sink_id AND y.sink_id <= k.sink_id ORDER BY y.sink_id DESC LIMIT 1
  ) AS c ON true
  LEFT JOIN LATERAL (
    SELECT y.next_seq FROM orleans_batch.sink_cursor AS y WHERE y.group_id = k.group_id AND y.sink_id = l.upstream_id LIMIT 1
  ) AS u ON true
  CROSS JOIN LATERAL (
    SELECT CASE WHEN l.upstream_id IS NULL THEN g.tail_seq ELSE least(g.tail_seq, coalesce(u.next_seq, 1) - 1) END AS ready_to
  ) AS r
  LEFT JOIN LATERAL (
    SELECT x.created_at FROM orleans_batch.log_entry AS x
    WHERE x.group_id = k.group_id AND x.seq = coalesce(c.next_seq, 1) AND x.seq <= r.ready_to
      AND x.created_at >= coalesce(c.floor_at, '-infinity') AND x.created_at < statement_timestamp() + interval '1 day'
    LIMIT 1
  ) AS e ON true
  LEFT JOIN held AS h ON h.group_id = k.group_id AND h.sink_id = k.sink_id
), judged AS MATERIALIZED (
  SELECT t.sink_id, t.team_id, greatest(t.batches, 0) AS batches, t.age,
    CASE
      WHEN t.batches <= 0 AND t.reason IS NULL THEN 'idle'
      WHEN t.executes THEN 'executing'
      WHEN t.reason = 'retry' THEN 'waiting_retry'
      ELSE coalesce(t.reason, 'waiting')
    END AS state
  FROM standing AS t
), team AS (
  SELECT j.team_id, sum(j.batches)::bigint AS batches, max(j.age) AS age,
    row_number() OVER (ORDER BY max(j.age) DESC NULLS LAST, j.team_id) <= $2 AND coalesce(max(j.age), 0) >= 60 AS is_shown
  FROM judged AS j WHERE j.state NOT IN ('idle', 'paused') GROUP BY j.team_id
)
SELECT l.name AS sink, b.state, b.groups, b.batches, b.age, NULL::bigint AS team_id
FROM listed AS l
CROSS JOIN LATERAL (
  SELECT j.state, count(*)::int AS groups, sum(j.batches)::bigint AS batches, max(j.age) AS age
  FROM judged AS j WHERE j.sink_id = l.sink_id GROUP BY j.state
  UNION ALL
  SELECT NULL, 0, 0, extract(epoch FROM max(statement_timestamp() - c.claimed_at))::double precision
  FROM held AS h
  CROSS JOIN LATERAL (
    SELECT y.claimed_at FROM orleans_batch.sink_cursor AS y
    WHERE y.group_id = h.group_id AND y.sink_id = h.sink_id AND y.claimed_to >= y.next_seq LIMIT 1
  ) AS c
  WHERE h.sink_id = l.sink_id
) AS b
UNION ALL
SELECT NULL, NULL, 0, coalesce(sum(t.batches), 0)::bigint, max(t.age), CASE WHEN t.is_shown THEN t.team_id END
FROM team AS t
GROUP BY CASE WHEN t.is_shown THEN t.team_id END
