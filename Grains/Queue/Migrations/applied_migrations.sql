-- Guarantees the numbers and names of the migrations that this database has.
SELECT m.number, m.name FROM orleans_batch.migration AS m ORDER BY m.number
