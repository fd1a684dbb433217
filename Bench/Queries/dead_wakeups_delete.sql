-- Guarantees that they are deleted.
DELETE FROM orleans_batch.wakeup AS w WHERE w.group_id >= 10000000
