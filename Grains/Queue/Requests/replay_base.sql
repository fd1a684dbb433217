-- Guarantees the last batch before the replay's first entry that this sink applied, as far as it is retained; 0 when there is none. What a
-- sink has lost from there on, the replay brings again.
-- $1 group, $2 sink, $3 request. Reads only; an owner asks it of its own group, where nobody else writes exceptions.
SELECT coalesce((
  SELECT l.seq FROM orleans_batch.log_entry AS l
  WHERE l.group_id = $1 AND l.kind = 'batch'
    AND l.seq < (SELECT q.seq FROM orleans_batch.operator_request AS q WHERE q.request_id = $3)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.batch_exception AS x
      WHERE x.group_id = $1 AND x.sink_id = $2 AND x.seq = l.seq AND x.kind IN ('failed', 'skipped'))
  ORDER BY l.seq DESC LIMIT 1), 0)
