-- Guarantees the transactions that ended in a database. Each statement of a silo is a transaction. $1 database.
SELECT d.xact_commit + d.xact_rollback FROM pg_catalog.pg_stat_database AS d WHERE d.datname = $1
