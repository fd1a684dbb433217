-- Guarantees at most $4 groups that have a wakeup of a served sink and that no session of this database holds. The groups come in turn over
-- the teams, beginning after team $1, so that a team with many groups delays no other.
-- Takes no lock and touches no cursor: what is returned may be stale by the time it is started, and the lock and the cursor decide then.
-- Cost: a step on the index for each group returned, held or left out, and for each team at its limit, whatever is retained. What a step
-- can't avoid are entries of deleted wakeups that an old snapshot keeps: a stretch of them is returned, and left out by later polls.
-- The ctid in the steps' conditions keeps them from being index-only scans, which copy a page of keys to find one.
-- after_team => $1: the team after which the turn begins
-- left_out_groups => $2: the keys left out, pairwise with their sinks
-- left_out_sinks => $3
-- most => $4: the most groups to find
-- served_sinks => $5
-- busy_teams => $6: the teams with slots in use, pairwise with how many
-- busy_slots => $7
-- most_of_team => $8: the most slots of a team
-- stretch_sinks => $9: the known stretches, in six arrays: nothing is alive after this team and group
-- stretch_after_teams => $10
-- stretch_after_groups => $11
-- stretch_to_teams => $12: and the search goes on at this team, group and id
-- stretch_to_groups => $13
-- stretch_to_ids => $14
-- notified_groups => $15: groups that notifications named and that may lie in a stretch
-- look_back_seconds => $16: how far back parked groups may have come due
-- ended_groups => $17: groups that ended on this silo lately and may lie in a stretch: nobody named them, so they come after all others
-- Rows:
-- - candidate: team, schema, group, sink;
-- - stretch: sink, after team and group, to team, group and id, entries read;
-- - state, exactly once: whether parked groups are due, how many keys are held.
WITH RECURSIVE held AS MATERIALIZED (
  SELECT h.group_id, h.sink_id FROM orleans_batch.held_lock AS h
), left_out AS MATERIALIZED (
  SELECT h.group_id, h.sink_id FROM held AS h
  UNION ALL
  SELECT k.group_id, k.sink_id FROM unnest($2, $3) AS k(group_id, sink_id)
), full_team AS MATERIALIZED (
  SELECT t.team_id FROM unnest($6, $7) AS t(team_id, slots) WHERE t.slots >= $8
), served AS MATERIALIZED (
  SELECT s.sink_id FROM orleans_batch.sink AS s WHERE s.sink_id = ANY ($5) AND s.state <> 'disabled'
), walk AS (
  -- One group of each team: from key to key of a team until one is not left out, then on to the next team; past the end once.
  SELECT s.sink_id, $1 AS team_id, 2147483647 AS group_id, 0::bigint AS id, false AS wrapped, false AS done, false AS kept, 0 AS n,
    0::bigint AS after_team, 0 AS after_group, 0::bigint AS entries, false AS known
  FROM served AS s
  UNION ALL
  SELECT w.sink_id, x.team_id, x.group_id, x.id, w.wrapped OR x.team_id IS NULL, w.wrapped AND x.team_id IS NULL, k.kept,
    w.n + k.kept::int, f.after_team, f.after_group,
    pg_stat_get_xact_tuples_returned('orleans_batch.wakeup_pk'::regclass) - f.before, f.known
  FROM walk AS w
  CROSS JOIN LATERAL (
    SELECT coalesce(w.team_id, -9223372036854775808) AS team_id,
      CASE WHEN w.team_id IS NULL THEN -2147483648
           WHEN w.kept OR w.team_id IN (SELECT t.team_id FROM full_team AS t) THEN 2147483647 ELSE w.group_id END AS group_id
  ) AS p
  CROSS JOIN LATERAL (
    SELECT coalesce(d.after_team, p.team_id) AS after_team, coalesce(d.after_group, p.group_id) AS after_group,
      coalesce(d.to_team, p.team_id) AS to_team, coalesce(d.to_group, p.group_id) AS to_group,
      coalesce(d.to_id, 9223372036854775807) AS to_id, d.to_team IS NOT NULL AS known,
      pg_stat_get_xact_tuples_returned('orleans_batch.wakeup_pk'::regclass) AS before
    FROM (SELECT) AS one
    LEFT JOIN LATERAL (
      SELECT * FROM unnest($9, $10, $11, $12, $13, $14) AS d(sink_id, after_team, after_group, to_team, to_group, to_id)
      WHERE d.sink_id = w.sink_id AND (d.after_team, d.after_group) <= (p.team_id, p.group_id)
        AND (p.team_id, p.group_id) < (d.to_team, d.to_group)
      ORDER BY d.to_team DESC, d.to_group DESC, d.to_id DESC LIMIT 1
    ) AS d ON true
  ) AS f
  LEFT JOIN LATERAL (
    SELECT u.team_id, u.group_id, u.id FROM orleans_batch.wakeup AS u
    WHERE u.sink_id = w.sink_id AND (u.team_id, u.group_id, u.id) >= (f.to_team, f.to_group, f.to_id)
      AND u.team_id <= CASE WHEN w.wrapped THEN $1 ELSE 9223372036854775807 END AND u.ctid <> '(0,0)'
    ORDER BY u.team_id, u.group_id, u.id
    LIMIT 1
  ) AS x ON true
  CROSS JOIN LATERAL (
    SELECT x.team_id IS NOT NULL AND x.team_id NOT IN (SELECT t.team_id FROM full_team AS t)
      AND NOT EXISTS (SELECT FROM left_out AS o WHERE o.group_id = x.group_id AND o.sink_id = w.sink_id) AS kept
  ) AS k
  WHERE w.n < $4 AND NOT w.done
), more AS (
  -- Further groups of the same teams, when fewer teams than asked for have any.
  SELECT w.sink_id, w.team_id AS home, w.team_id, w.group_id, w.id, w.kept, 1 AS rank, w.n,
    0::bigint AS after_team, 0 AS after_group, 0::bigint AS entries, false AS known
  FROM walk AS w
  WHERE w.kept AND (SELECT count(*) FROM walk AS o WHERE o.kept) < $4
  UNION ALL
  SELECT m.sink_id, m.home, x.team_id, x.group_id, x.id, k.kept, m.rank + k.kept::int, m.n,
    f.after_team, f.after_group, pg_stat_get_xact_tuples_returned('orleans_batch.wakeup_pk'::regclass) - f.before, f.known
  FROM more AS m
  CROSS JOIN LATERAL (
    SELECT coalesce(d.after_team, m.team_id) AS after_team, coalesce(d.after_group, m.group_id) AS after_group,
      coalesce(d.to_team, m.team_id) AS to_team, coalesce(d.to_group, m.group_id) AS to_group,
      coalesce(d.to_id, 9223372036854775807) AS to_id, d.to_team IS NOT NULL AS known,
      pg_stat_get_xact_tuples_returned('orleans_batch.wakeup_pk'::regclass) AS before
    FROM (SELECT) AS one
    LEFT JOIN LATERAL (
      SELECT * FROM unnest($9, $10, $11, $12, $13, $14) AS d(sink_id, after_team, after_group, to_team, to_group, to_id)
      WHERE d.sink_id = m.sink_id AND (d.after_team, d.after_group) <= (m.team_id, m.group_id)
        AND (m.team_id, m.group_id) < (d.to_team, d.to_group)
      ORDER BY d.to_team DESC, d.to_group DESC, d.to_id DESC LIMIT 1
    ) AS d ON true
  ) AS f
  LEFT JOIN LATERAL (
    SELECT u.team_id, u.group_id, u.id FROM orleans_batch.wakeup AS u
    WHERE u.sink_id = m.sink_id AND (u.team_id, u.group_id, u.id) >= (f.to_team, f.to_group, f.to_id) AND u.ctid <> '(0,0)'
    ORDER BY u.team_id, u.group_id, u.id
    LIMIT 1
  ) AS x ON true
  CROSS JOIN LATERAL (
    SELECT x.team_id IS NOT DISTINCT FROM m.home
      AND NOT EXISTS (SELECT FROM left_out AS o WHERE o.group_id = x.group_id AND o.sink_id = m.sink_id) AS kept
  ) AS k
  WHERE m.team_id = m.home AND m.rank + (SELECT count(*) FROM walk AS o WHERE o.kept) <= $4
), told AS (
  -- From the newest wakeup back, and no further than the last tenure went: the stretch in front of it is not read.
  SELECT u.team_id, u.group_id, s.sink_id, k.rank
  FROM (
    SELECT t.group_id, 1::bigint AS rank FROM unnest($15) AS t(group_id)
    UNION ALL
    SELECT e.group_id, 9223372036854775807 FROM unnest($17) AS e(group_id)
  ) AS k
  CROSS JOIN LATERAL (
    SELECT x.team_id, x.group_id FROM orleans_batch.batch_group AS x WHERE x.group_id >= k.group_id AND x.group_id <= k.group_id
    ORDER BY x.group_id DESC LIMIT 1
  ) AS g
  CROSS JOIN served AS s
  CROSS JOIN LATERAL (
    SELECT u.team_id, u.group_id FROM orleans_batch.wakeup AS u
    WHERE u.sink_id = s.sink_id AND u.team_id = g.team_id AND u.group_id = g.group_id AND u.id >= coalesce((
      SELECT c.woken_from FROM orleans_batch.sink_cursor AS c
      WHERE c.group_id = g.group_id AND c.sink_id >= s.sink_id AND c.sink_id <= s.sink_id
      ORDER BY c.sink_id DESC LIMIT 1), 0)
    ORDER BY u.id DESC LIMIT 1
  ) AS u
  WHERE NOT EXISTS (SELECT FROM left_out AS o WHERE o.group_id = k.group_id AND o.sink_id = s.sink_id)
), found AS (
  SELECT t.team_id, t.group_id, t.sink_id, t.rank, 0 AS n FROM told AS t
  UNION
  SELECT w.team_id, w.group_id, w.sink_id, 1, w.n FROM walk AS w WHERE w.kept
  UNION
  SELECT m.team_id, m.group_id, m.sink_id, m.rank, m.n FROM more AS m WHERE m.kept AND m.rank > 1
), chosen AS (
  SELECT DISTINCT ON (f.group_id, f.sink_id) f.team_id, f.group_id, f.sink_id, f.rank, f.n
  FROM found AS f
  ORDER BY f.group_id, f.sink_id, f.rank, f.n
), allowed AS (
  -- Over all sinks a team gets no more than it has slots left, and each in its turn.
  SELECT c.*, row_number() OVER (PARTITION BY c.team_id ORDER BY c.rank, c.n, c.sink_id)
    + coalesce((SELECT t.slots FROM unnest($6, $7) AS t(team_id, slots) WHERE t.team_id = c.team_id), 0) AS slot
  FROM chosen AS c
)
SELECT r.team_id, k.schema_id, r.group_id, r.sink_id,
  NULL::bigint AS after_team, NULL::int AS after_group, NULL::bigint AS to_id, NULL::bigint AS entries
FROM (
  SELECT * FROM allowed AS a WHERE a.slot <= $8 ORDER BY a.rank, a.n, a.sink_id LIMIT $4
) AS r
-- A wakeup that somebody left to a group which is gone starts nothing.
CROSS JOIN LATERAL (
  SELECT g.schema_id FROM orleans_batch.batch_group AS g WHERE g.group_id >= r.group_id AND g.group_id <= r.group_id
  ORDER BY g.group_id DESC LIMIT 1) AS k
UNION ALL
SELECT l.team_id, NULL, l.group_id, l.sink_id, l.after_team, l.after_group, l.id, l.entries
FROM (
  SELECT CASE WHEN w.team_id IS NULL AND w.done THEN $1 ELSE w.team_id END AS team_id, w.group_id, w.id, w.sink_id, w.after_team,
    w.after_group, w.entries
  FROM walk AS w WHERE w.known OR w.entries > 500
  UNION ALL
  SELECT m.team_id, m.group_id, m.id, m.sink_id, m.after_team, m.after_group, m.entries FROM more AS m WHERE m.known OR m.entries > 500
) AS l
UNION ALL
SELECT NULL, NULL, (SELECT count(*)::int FROM held AS h), NULL, NULL, NULL, NULL,
  EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.until > statement_timestamp() - make_interval(secs => $16)
            AND p.until <= statement_timestamp())::int
