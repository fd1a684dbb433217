-- Guarantees at most $4 groups that have a wakeup of a served sink and are not left out, taken in turn over the teams, beginning after
-- team $1, so that a team with many groups delays no other. Teams looked at: $5, which is more than $4 by the number of keys left out, so
-- that teams of which all are left out hide nobody. Cost: an index step per sink, team and key looked at, whatever is retained.
-- $2, $3 the keys left out (groups and sinks, pairwise), $6 the sinks this silo serves (disabled ones are left out). Takes no lock and touches no cursor: what is
-- returned may be stale by the time it is started, and the lock and the cursor decide then.
SELECT f.team_id, (SELECT g.schema_id FROM orleans_batch.batch_group AS g WHERE g.group_id = f.group_id), f.group_id, f.sink_id
FROM (
  SELECT c.team_id, c.group_id, c.sink_id, c.rank, c.n
  FROM (SELECT s.sink_id FROM orleans_batch.sink AS s WHERE s.sink_id = ANY ($6) AND s.state <> 'disabled') AS served
  CROSS JOIN LATERAL (
    WITH RECURSIVE after_floor AS (
      (SELECT w.team_id, 1 AS n FROM orleans_batch.wakeup AS w
       WHERE w.sink_id = served.sink_id AND w.team_id > $1 ORDER BY w.team_id LIMIT 1)
      UNION ALL
      SELECT x.team_id, t.n + 1
      FROM after_floor AS t
      CROSS JOIN LATERAL (
        SELECT w.team_id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = served.sink_id AND w.team_id > t.team_id ORDER BY w.team_id LIMIT 1) AS x
      WHERE t.n < $5
    ), up_to_floor AS (
      (SELECT w.team_id, 1 AS n FROM orleans_batch.wakeup AS w
       WHERE w.sink_id = served.sink_id AND w.team_id <= $1 ORDER BY w.team_id LIMIT 1)
      UNION ALL
      SELECT x.team_id, t.n + 1
      FROM up_to_floor AS t
      CROSS JOIN LATERAL (
        SELECT w.team_id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = served.sink_id AND w.team_id > t.team_id AND w.team_id <= $1 ORDER BY w.team_id LIMIT 1) AS x
      WHERE t.n < $5
    ), team AS (
      SELECT a.team_id, a.n FROM after_floor AS a
      UNION ALL
      SELECT u.team_id, u.n + $5 FROM up_to_floor AS u
    )
    SELECT t.team_id, t.n, k.group_id, served.sink_id, k.rank
    FROM team AS t
    CROSS JOIN LATERAL (
      WITH RECURSIVE key AS (
        (SELECT w.group_id FROM orleans_batch.wakeup AS w
         WHERE w.sink_id = served.sink_id AND w.team_id = t.team_id ORDER BY w.group_id LIMIT 1)
        UNION ALL
        SELECT x.group_id
        FROM key AS p
        CROSS JOIN LATERAL (
          SELECT w.group_id FROM orleans_batch.wakeup AS w
          WHERE w.sink_id = served.sink_id AND w.team_id = t.team_id AND w.group_id > p.group_id ORDER BY w.group_id LIMIT 1) AS x
      )
      SELECT f.group_id, row_number() OVER () AS rank
      FROM (
        SELECT y.group_id FROM key AS y
        WHERE NOT EXISTS (
          SELECT FROM unnest($2, $3) AS h(group_id, sink_id) WHERE h.group_id = y.group_id AND h.sink_id = served.sink_id)
        LIMIT $4
      ) AS f
    ) AS k
  ) AS c
  ORDER BY c.rank, c.n, c.sink_id
  LIMIT $4
) AS f
ORDER BY f.rank, f.n, f.sink_id
