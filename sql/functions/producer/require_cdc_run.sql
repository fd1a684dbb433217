-- Guarantees that a new run of change events says by which columns a row, a change and their order are known.
CREATE OR REPLACE FUNCTION orleans_batch.require_cdc_run(r orleans_batch.run)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF r.cdc IS NULL THEN
    RAISE EXCEPTION 'Run % is cdc but does not say which columns tell what happened, and in which order.', r.run_id
      USING ERRCODE = 'OB014', HINT = 'Pass the option {"cdc": {"operation": "op", "sequence": "lsn"}} with the names of the columns.';
  ELSIF cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is cdc but names no primary key.', r.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
  ELSIF EXISTS (
    SELECT FROM unnest(r.primary_keys) AS k (name)
    WHERE lower(k.name COLLATE "C") IN (lower(r.cdc ->> 'operation' COLLATE "C"), lower(r.cdc ->> 'sequence' COLLATE "C")))
  THEN
    RAISE EXCEPTION 'Run % names a column of its primary key % as its operation or sequence.', r.run_id, r.primary_keys
      USING ERRCODE = 'OB014', HINT = 'Operation and sequence say what happened to a key, so no key can contain them.';
  END IF;
END $$;
