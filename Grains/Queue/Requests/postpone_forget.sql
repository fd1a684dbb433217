-- Guarantees that the try is counted, and that people see why the sink could not remove what it holds. The request stays open.
-- $1 group, $2 sink, $3 epoch, $4 request, $5 the sink's error.
-- Only the lock holder writes these rows; a former owner's epoch matches nothing.
UPDATE orleans_batch.operator_request AS q SET tries = q.tries + 1, last_error = $5
FROM orleans_batch.sink_cursor AS c
WHERE q.request_id = $4 AND q.done_at IS NULL AND c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
RETURNING q.tries
