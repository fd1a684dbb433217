-- Guarantees that a silo's poller loses its session. $1 the silo.
SELECT pg_terminate_backend(a.pid)
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = current_database() AND a.application_name = 'orleans-batch-poller@' || $1
