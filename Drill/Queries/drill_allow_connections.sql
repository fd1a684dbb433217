-- Guarantees that silos and producers may connect again.
ALTER ROLE orleans_batch_drill CONNECTION LIMIT -1
