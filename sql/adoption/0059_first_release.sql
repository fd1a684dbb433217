-- Guarantees what version 0.1.0 adds to migration 58, and that the migrations' numbers go on above those of earlier versions.
DROP FUNCTION orleans_batch.pause_covers(bigint, text, smallint);

CREATE TABLE orleans_batch.schema_version (
  only_row boolean NOT NULL DEFAULT true,
  program text NOT NULL,
  lowest_program text NOT NULL,
  routines_hash text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT schema_version_pk PRIMARY KEY (only_row),
  CONSTRAINT schema_version_has_one_row CHECK (only_row)
);

DELETE FROM orleans_batch.migration;
ALTER TABLE orleans_batch.migration ADD COLUMN checksum text NOT NULL;
