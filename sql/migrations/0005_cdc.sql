-- Guarantees the column that says how a cdc run's changes are read.
-- The column has no default, so no table is rewritten, and an old snapshot reads its rows as before.
-- A running owner waits for the lock, as for that of any migration, and goes on.
-- An open producer keeps run locked: the migrator gives up meanwhile and tries again.
-- A new database has no functions yet. Both functions return one column more from now on.
-- An older silo names the columns that it reads, and goes on.
ALTER TABLE orleans_batch.run ADD COLUMN cdc jsonb;

DROP FUNCTION IF EXISTS orleans_batch.own_window(int, smallint, bigint, text, text, boolean, int, int, boolean);

DROP FUNCTION IF EXISTS orleans_batch.advance_window(
  int, smallint, bigint, text, text, bigint, tid, bigint, bigint, timestamptz, timestamptz, uuid, bigint, bigint, timestamptz, text,
  boolean, int, boolean, boolean, bigint, bigint, bigint, bigint, bigint, bigint[], bigint[], bigint[], text[]);
