-- Guarantees that the sink exists and returns its id. $1 name.
-- Two silos at once: the unique name lets one insert through, the other's statement returns no row and it reads again.
WITH made AS (
  INSERT INTO orleans_batch.sink (name)
  SELECT $1 WHERE NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.name = $1)
  ON CONFLICT ON CONSTRAINT sink_name_is_unique DO NOTHING
  RETURNING sink_id
)
SELECT s.sink_id FROM orleans_batch.sink AS s WHERE s.name = $1
UNION ALL
SELECT m.sink_id FROM made AS m
