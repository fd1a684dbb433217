-- Guarantees $1 groups in $2 teams from team $3 on that wait for their time and have a batch to do.
WITH made AS (
  INSERT INTO orleans_batch.batch_group (team_id, schema_id, tail_seq, last_created_at)
  SELECT $3::bigint + (g - 1) % $2::int, 'p' || g, 1, statement_timestamp() FROM generate_series(1, $1::int) AS g
  RETURNING group_id, team_id
)
INSERT INTO orleans_batch.parked (group_id, sink_id, team_id, until, reason, error)
SELECT m.group_id, s.sink_id, m.team_id, statement_timestamp() + interval '1 hour', 'retry', 'The warehouse did not answer.'
FROM made AS m CROSS JOIN orleans_batch.sink AS s
