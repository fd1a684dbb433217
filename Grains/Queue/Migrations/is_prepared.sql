-- Guarantees whether this database has the queue's tables at all.
SELECT to_regclass('orleans_batch.migration') IS NOT NULL
