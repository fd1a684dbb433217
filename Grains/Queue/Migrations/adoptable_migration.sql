-- Guarantees the newest migration of a database that was made before 0.1.0.
SELECT coalesce(max(m.number), 0) FROM orleans_batch.migration AS m
