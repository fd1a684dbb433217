-- Guarantees that the wakeups of dead_wakeups_insert are deleted, and dead until a vacuum.
DELETE FROM orleans_batch.wakeup AS w WHERE w.group_id >= 10000000
