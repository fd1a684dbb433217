-- Guarantees all or none: every batch is enqueued, in the order of the arrays within each group, or the call is refused.
-- Returns the seqs in that order. Two calls can't deadlock. Several calls in one transaction still can, and the caller retries them.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue_many(
  team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes int[], paths text[], are_final boolean[] = NULL,
  row_counts bigint[] = NULL, byte_sizes bigint[] = NULL, sync_types text[] = NULL, primary_keys jsonb[] = NULL, metadata jsonb[] = NULL,
  options jsonb[] = NULL)
RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  seqs bigint[];
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF orleans_batch.require_same_length(
    cardinality(team_ids), cardinality(schema_ids), cardinality(run_ids), cardinality(batch_indexes), cardinality(paths),
    cardinality(are_final), cardinality(row_counts), cardinality(byte_sizes), cardinality(sync_types), cardinality(primary_keys),
    cardinality(metadata), cardinality(options)) = 0
  THEN
    RETURN '{}';
  END IF;

  PERFORM orleans_batch.lock_groups(team_ids, schema_ids);
  IF 'full_refresh' = ANY (sync_types) THEN
    PERFORM orleans_batch.supersede_for_batches(team_ids, schema_ids, run_ids, sync_types, options);
  END IF;
  seqs := orleans_batch.append_plain_batches(
    team_ids, schema_ids, run_ids, batch_indexes, paths, are_final, row_counts, byte_sizes, sync_types, primary_keys, metadata, options);
  IF seqs IS NULL THEN
    FOR place IN 1 .. cardinality(team_ids) LOOP
      seqs[place] := orleans_batch.enqueue(
        team_ids[place], schema_ids[place], run_ids[place], batch_indexes[place], paths[place], coalesce(are_final[place], false),
        row_counts[place], byte_sizes[place], coalesce(sync_types[place], 'append'), orleans_batch.key_columns(primary_keys[place]),
        coalesce(metadata[place], '{}'), coalesce(options[place], '{}'));
    END LOOP;
  END IF;
  RETURN seqs;
END $$;
