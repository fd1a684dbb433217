-- The one row that says which program last migrated this database. Written only by the migrator, under its advisory lock.
CREATE TABLE orleans_batch.schema_version (
  only_row boolean NOT NULL DEFAULT true,
  -- The program whose routines and views stand here, for example 0.1.0.
  program text NOT NULL,
  -- The lowest version of the program that may run on this schema.
  lowest_program text NOT NULL,
  -- SHA-256 of the texts of all routines, triggers and views.
  routines_hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT schema_version_pk PRIMARY KEY (only_row),
  CONSTRAINT schema_version_has_one_row CHECK (only_row)
);
