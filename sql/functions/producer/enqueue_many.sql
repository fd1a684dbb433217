-- Guarantees all or none, for producers that have JSON. The form with arrays does the work.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue_many(batches jsonb) RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF batches IS NULL OR jsonb_typeof(batches) <> 'array' OR jsonb_path_exists(batches, 'strict $[*] ? (@.type() != "object")') THEN
    RAISE EXCEPTION 'enqueue_many takes a JSON array of objects, one for each batch.'
      USING ERRCODE = 'OB013', HINT = 'Give each object the keys team_id, schema_id, run_id, batch_index and path.';
  END IF;
  RETURN (
    SELECT orleans_batch.enqueue_many(
      coalesce(array_agg(x.team_id), '{}'), coalesce(array_agg(x.schema_id), '{}'), coalesce(array_agg(x.run_id), '{}'),
      coalesce(array_agg(x.batch_index), '{}'), coalesce(array_agg(x.path), '{}'), array_agg(x.is_final), array_agg(x.row_count),
      array_agg(x.byte_size), array_agg(x.sync_type), array_agg(x.primary_keys), array_agg(x.metadata), array_agg(x.options))
    FROM (
      SELECT y.* FROM ROWS FROM (jsonb_to_recordset(batches) AS (
        team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
        sync_type text, primary_keys jsonb, metadata jsonb, options jsonb)) WITH ORDINALITY
        AS y (team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options,
              place)
      ORDER BY y.place
    ) AS x);
END $$;
