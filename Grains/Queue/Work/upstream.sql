-- Guarantees what the sink that this one follows made of an entry that it has passed. Read after the entry was seen: what became of it is
-- committed together with the move past it.
-- $1 group, $2 sink, $3 seq, $4 run. Reads another owner's rows; reading waits for nobody.
SELECT u.name AS sink, x.kind AS exception_kind, x.why AS exception_why, coalesce(x.by_operator, false) AS exception_by_operator,
  o.state AS run_state, o.first_error
FROM orleans_batch.sink AS s
JOIN orleans_batch.sink AS u ON u.sink_id = s.upstream_id
LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = $1 AND x.sink_id = u.sink_id AND x.seq = $3
LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = $4 AND o.sink_id = u.sink_id
WHERE s.sink_id = $2
