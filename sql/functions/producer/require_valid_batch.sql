-- Guarantees that a batch which no sink could ever apply is refused, with a sentence that says what to mend.
CREATE OR REPLACE FUNCTION orleans_batch.require_valid_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb, options jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  unknown_option text;
BEGIN
  IF team_id IS NULL OR schema_id IS NULL OR char_length(schema_id) NOT BETWEEN 1 AND 200 THEN
    RAISE EXCEPTION
      'Team "%" and schema "%" don''t name a group: the team is a number, the schema a text of 1 to 200 characters (this one has %).',
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

  SELECT key INTO unknown_option FROM jsonb_object_keys(options) AS key
  WHERE key NOT IN ('on_failure', 'supersede', 'origin', 'null_keys', 'lossy', 'cdc') LIMIT 1;
  IF unknown_option IS NOT NULL THEN
    RAISE EXCEPTION 'Run % has the option "%", which this version doesn''t know.', run_id, unknown_option
      USING ERRCODE = 'OB014', HINT = 'Known are on_failure, supersede, origin, null_keys, lossy and cdc.';
  ELSIF options ->> 'on_failure' NOT IN ('continue', 'block') OR options -> 'on_failure' = 'null' THEN
    RAISE EXCEPTION 'Run % says on_failure "%", which is unknown.', run_id, coalesce(options ->> 'on_failure', 'null')
      USING ERRCODE = 'OB014', HINT = 'Known are continue and block.';
  ELSIF options ->> 'supersede' NOT IN ('always', 'idle', 'never') OR options -> 'supersede' = 'null' THEN
    RAISE EXCEPTION 'Run % says supersede "%", which is unknown.', run_id, coalesce(options ->> 'supersede', 'null')
      USING ERRCODE = 'OB014', HINT = 'Known are always, idle and never.';
  ELSIF options ->> 'null_keys' NOT IN ('refuse', 'keep') OR options -> 'null_keys' = 'null' THEN
    RAISE EXCEPTION 'Run % says null_keys "%", which is unknown.', run_id, coalesce(options ->> 'null_keys', 'null')
      USING ERRCODE = 'OB014', HINT = 'Known are refuse and keep.';
  ELSIF options ->> 'lossy' NOT IN ('refuse', 'round') OR options -> 'lossy' = 'null' THEN
    RAISE EXCEPTION 'Run % says lossy "%", which is unknown.', run_id, coalesce(options ->> 'lossy', 'null')
      USING ERRCODE = 'OB014', HINT = 'Known are refuse and round.';
  ELSIF options ? 'origin' AND NOT jsonb_path_exists(options -> 'origin',
      '$ ? (@.run_id like_regex "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" flag "i"
        && @.batch_index >= 0 && @.batch_index <= 2147483647 && @.batch_index.floor() == @.batch_index)') THEN
    RAISE EXCEPTION 'The origin of batch % of run % is not a run id and a batch index of 0 or more: %.',
      batch_index, run_id, options -> 'origin'
      USING ERRCODE = 'OB014', HINT = 'Pass {"run_id": "...", "batch_index": 0}, under which the batch was enqueued first.';
  ELSIF options ? 'cdc' THEN
    PERFORM orleans_batch.require_valid_cdc(run_id, sync_type, options -> 'cdc');
  END IF;
END $$;
