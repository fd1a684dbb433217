-- Guarantees that the cursor shows no owner and no claim before the lock is given back. A claim that was not finished because the silo
-- drains takes its attempt back.
-- $1 group, $2 sink, $3 epoch. Only the lock holder writes the cursor; a former owner's epoch matches nothing.
UPDATE orleans_batch.sink_cursor AS c
SET owner = NULL, claimed_to = NULL, attempt = CASE WHEN c.claimed_to >= c.next_seq THEN greatest(c.attempt - 1, 0) ELSE c.attempt END
WHERE c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3
RETURNING c.epoch
