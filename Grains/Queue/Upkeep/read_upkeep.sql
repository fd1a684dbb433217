-- Guarantees what an operator wants of the group's destination, and whether something is due. No row: nothing was ever due.
-- $1 group, $2 sink. Reads what operators write; an owner that reads too early is woken again.
SELECT u.task, u.version, u.asked_at, u.asked_seq, u.due_at, coalesce(u.due_at <= clock_timestamp(), false) AS is_due
FROM orleans_batch.upkeep AS u
WHERE u.group_id = $1 AND u.sink_id = $2
