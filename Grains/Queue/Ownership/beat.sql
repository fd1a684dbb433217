-- Guarantees that a row returned means the owner of this epoch was still the current one when the statement ran.
-- $1 group, $2 sink, $3 epoch. Returns the row's place.
-- Only the lock holder writes the cursor; a former owner's epoch matches nothing.
-- The commit does not wait for the disk: what a crash of the server takes along is a sign of life of a session that ends as well.
UPDATE orleans_batch.sink_cursor AS c SET heartbeat_at = clock_timestamp()
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
RETURNING c.ctid, set_config('synchronous_commit', 'off', true)
