-- A numbered file that was applied to this database. Written only by the migrator, under its advisory lock.
CREATE TABLE orleans_batch.migration (
  -- The file's number plus 1000. Versions before 0.1.0 numbered their files from 1, and refuse a database with an unknown number.
  number int NOT NULL,
  name text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- SHA-256 of the file's text.
  checksum text NOT NULL,
  CONSTRAINT migration_pk PRIMARY KEY (number)
);
