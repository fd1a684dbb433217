-- Guarantees the number of entries that the only sink has passed.
-- Each cursor is found from its newest version backwards. Under an old snapshot there are thousands of others.
-- Reading all versions would weigh more than the measured work.
WITH RECURSIVE newest AS (
  (SELECT c.group_id, c.next_seq FROM orleans_batch.sink_cursor AS c ORDER BY c.group_id DESC, c.sink_id DESC LIMIT 1)
  UNION ALL
  SELECT x.group_id, x.next_seq FROM newest AS n CROSS JOIN LATERAL (
    SELECT c.group_id, c.next_seq FROM orleans_batch.sink_cursor AS c
    WHERE c.group_id < n.group_id ORDER BY c.group_id DESC, c.sink_id DESC LIMIT 1) AS x
)
SELECT coalesce(sum(n.next_seq - 1), 0)::bigint FROM newest AS n
