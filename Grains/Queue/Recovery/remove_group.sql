-- Guarantees what the function says: "waits", "more", "removed" or "gone".
-- $1 group, $2 the most entries, runs or wakeups to delete at once.
SELECT orleans_batch.remove_group($1, $2)
