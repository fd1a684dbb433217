-- Guarantees that one migrator works at a time until its transaction ends, and that the table of versions exists.
DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(1329725439, 3);
  IF to_regclass('orleans_batch.migration') IS NULL THEN
    CREATE SCHEMA IF NOT EXISTS orleans_batch;
    CREATE TABLE orleans_batch.migration (
      number int NOT NULL,
      name text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      CONSTRAINT migration_pk PRIMARY KEY (number)
    );
  END IF;
END $$
