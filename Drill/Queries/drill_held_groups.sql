-- Guarantees the number of groups that some silo owns at this moment.
SELECT count(*) FROM orleans_batch.held_lock
