-- Guarantees the database's time at this moment.
SELECT clock_timestamp()
