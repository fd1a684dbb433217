-- Guarantees how many groups wait for their sink, by sink and by what it said. Bounded by the groups that wait.
SELECT s.name, n.code, count(*)::int
FROM orleans_batch.not_ready AS n
JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id
GROUP BY s.name, n.code
