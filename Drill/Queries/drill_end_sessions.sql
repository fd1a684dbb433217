-- Guarantees that about a share $1 of the engine's sessions are ended, so that their silos need new ones.
SELECT pg_terminate_backend(a.pid)
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = current_database() AND a.application_name ~ '^orleans-batch-(group|poller)@' AND random() < $1
