-- Guarantees all or none: every batch of the array is enqueued, in the array's order within each group, or the call is refused.
-- Returns the seqs in the array's order. Missing groups are inserted, and groups locked, in (team, schema) order, so that two calls
-- can't deadlock; several calls in one transaction still can, and are retried by the caller.
CREATE FUNCTION orleans_batch.enqueue_many(batches jsonb) RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  b record;
  key record;
  gid int;
  seqs bigint[] := '{}';
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF batches IS NULL OR jsonb_typeof(batches) <> 'array' OR jsonb_path_exists(batches, 'strict $[*] ? (@.type() != "object")') THEN
    RAISE EXCEPTION 'enqueue_many takes a JSON array of objects, one for each batch.'
      USING ERRCODE = 'OB013', HINT = 'Give each object the keys team_id, schema_id, run_id, batch_index and path.';
  END IF;

  FOR key IN
    SELECT DISTINCT x.team_id, x.schema_id COLLATE "C" AS schema_id
    FROM jsonb_to_recordset(batches) AS x(team_id bigint, schema_id text)
    WHERE x.team_id IS NOT NULL AND char_length(x.schema_id) BETWEEN 1 AND 200
    ORDER BY 1, 2
  LOOP
    gid := orleans_batch.ensure_group(key.team_id, key.schema_id);
    PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  END LOOP;

  FOR b IN
    SELECT x.* FROM ROWS FROM (jsonb_to_recordset(batches) AS (
      team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
      sync_type text, primary_keys text[], metadata jsonb, options jsonb)) WITH ORDINALITY AS x
    ORDER BY x.ordinality
  LOOP
    seqs := seqs || orleans_batch.enqueue(
      b.team_id, b.schema_id, b.run_id, b.batch_index, b.path, coalesce(b.is_final, false), b.row_count, b.byte_size,
      coalesce(b.sync_type, 'append'), b.primary_keys, coalesce(b.metadata, '{}'), coalesce(b.options, '{}'));
  END LOOP;
  RETURN seqs;
END $$;
