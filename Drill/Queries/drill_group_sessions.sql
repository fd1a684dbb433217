-- Guarantees the number of groups' sessions that are open.
SELECT count(*) FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = current_database() AND a.application_name LIKE 'orleans-batch-group@%'
