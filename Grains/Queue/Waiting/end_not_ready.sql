-- Guarantees that what is on record of the group's waiting for its sink is gone once the cursor has passed that entry.
-- Returns how often the sink was asked and for how many seconds the group waited. No row: the group did not wait, or waits still.
-- $1 group, $2 sink. Two sessions at once: the row's lock lets one delete it.
WITH forgotten AS (
  DELETE FROM orleans_batch.unreached AS u
  WHERE u.group_id = $1 AND u.sink_id = $2
    AND EXISTS (SELECT FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2 AND c.next_seq > u.seq)
)
DELETE FROM orleans_batch.not_ready AS n
WHERE n.group_id = $1 AND n.sink_id = $2
  AND EXISTS (SELECT FROM orleans_batch.sink_cursor AS c WHERE c.group_id = $1 AND c.sink_id = $2 AND c.next_seq > n.seq)
RETURNING n.tries, extract(epoch FROM clock_timestamp() - n.since)::double precision
