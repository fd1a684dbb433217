-- Guarantees whether every sink has passed every entry. The search stops at the first cursor that is behind.
SELECT NOT EXISTS (
  SELECT FROM orleans_batch.batch_group AS g
  CROSS JOIN orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  WHERE g.tail_seq >= coalesce(c.next_seq, 1))
