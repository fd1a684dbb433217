-- Guarantees that no row's group means: nobody needs the entries of the groups looked at in partition $1. $2 the group to begin after,
-- $3 the most groups to look at. Returns the last group looked at (null: past the end), and the first that is needed, with its sink.
SELECT h.last_group, h.group_id, s.name, h.seq
FROM orleans_batch.partition_holder($1, $2, $3) AS h
LEFT JOIN orleans_batch.sink AS s ON s.sink_id = h.sink_id
