-- Guarantees that a batch which could never be applied is refused before it is enqueued, with a sentence that says what to mend.
CREATE FUNCTION orleans_batch.require_valid_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb, options jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  unknown_option text;
BEGIN
  IF team_id IS NULL OR schema_id IS NULL OR char_length(schema_id) NOT BETWEEN 1 AND 200 THEN
    RAISE EXCEPTION 'Team "%" and schema "%" don''t name a group: the team is a number, the schema a text of 1 to 200 characters (this one has %).',
      coalesce(team_id::text, ''), left(coalesce(schema_id, ''), 40), coalesce(char_length(schema_id), 0)
      USING ERRCODE = 'OB002', HINT = 'Shorten the schema id, or name the group by a hash of it.';
  ELSIF run_id IS NULL OR batch_index IS NULL OR batch_index < 0 THEN
    RAISE EXCEPTION 'A batch needs a run id and a batch index of 0 or more, not "%" and "%".',
      coalesce(run_id::text, 'null'), coalesce(batch_index::text, 'null')
      USING ERRCODE = 'OB013', HINT = 'Pass a uuid for the run and number its batches from 0.';
  ELSIF is_final IS NULL OR coalesce(row_count, 0) < 0 OR coalesce(byte_size, 0) < 0 THEN
    RAISE EXCEPTION 'Batch % of run % has a null is_final, or a negative row_count or byte_size.', batch_index, run_id
      USING ERRCODE = 'OB013', HINT = 'Pass true or false, and counts of 0 or more; null for an unknown count.';
  ELSIF (path IS NULL AND NOT is_final) OR path = '' THEN
    RAISE EXCEPTION 'Batch % of run % has no path.', batch_index, run_id
      USING ERRCODE = 'OB012', HINT = 'Pass the file that holds the rows; only a final call that brings no data may leave it out.';
  ELSIF sync_type IS NULL OR sync_type NOT IN ('append', 'full_refresh', 'incremental', 'cdc') THEN
    RAISE EXCEPTION 'Batch % of run % has the sync type "%", which is unknown.', batch_index, run_id, coalesce(sync_type, 'null')
      USING ERRCODE = 'OB013', HINT = 'Known are append, full_refresh, incremental and cdc.';
  ELSIF array_position(primary_keys, NULL) IS NOT NULL OR '' = ANY (primary_keys) THEN
    RAISE EXCEPTION 'Run % names a primary key column that is null or empty.', run_id
      USING ERRCODE = 'OB013', HINT = 'Pass the names of the columns.';
  ELSIF metadata IS NULL OR jsonb_typeof(metadata) <> 'object' OR options IS NULL OR jsonb_typeof(options) <> 'object' THEN
    RAISE EXCEPTION 'The metadata and options of batch % of run % must be JSON objects.', batch_index, run_id
      USING ERRCODE = 'OB013', HINT = 'Pass {} for none.';
  END IF;

  SELECT key INTO unknown_option FROM jsonb_object_keys(options) AS key WHERE key <> 'on_failure' LIMIT 1;
  IF unknown_option IS NOT NULL THEN
    RAISE EXCEPTION 'Run % has the option "%", which this version doesn''t know.', run_id, unknown_option
      USING ERRCODE = 'OB014', HINT = 'Known is on_failure.';
  ELSIF options ->> 'on_failure' NOT IN ('continue', 'block') OR options -> 'on_failure' = 'null' THEN
    RAISE EXCEPTION 'Run % says on_failure "%", which is unknown.', run_id, coalesce(options ->> 'on_failure', 'null')
      USING ERRCODE = 'OB014', HINT = 'Known are continue and block.';
  END IF;
END $$;

-- Guarantees that a run which has ended in every active primary sink takes no further batches, which would all be skipped.
CREATE FUNCTION orleans_batch.require_wanted(run orleans_batch.run) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted boolean;
  ended text;
BEGIN
  SELECT bool_or(coalesce(r.state, 'running') = 'running'), max(r.state) INTO wanted, ended
  FROM orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_run AS r ON r.sink_id = s.sink_id AND r.run_id = run.run_id
  WHERE s.upstream_id IS NULL AND s.state = 'active';
  IF NOT wanted THEN
    RAISE EXCEPTION 'Run % has ended (%) in every sink, so a further batch would never be applied.', run.run_id, ended
      USING ERRCODE = 'OB008', HINT = 'Mend what failed it, then enqueue the data as a new run.';
  END IF;
END $$;
