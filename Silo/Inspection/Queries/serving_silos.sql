-- Guarantees the silos whose poller is connected to this database at this moment.
SELECT DISTINCT split_part(a.application_name, '@', 2)
FROM pg_catalog.pg_stat_activity AS a
WHERE a.application_name LIKE 'orleans-batch-poller@%' AND a.datname = current_database()
ORDER BY 1
