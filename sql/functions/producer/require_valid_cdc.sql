-- Guarantees that the option cdc names what happened and in which order, and says nothing that no sink knows.
CREATE OR REPLACE FUNCTION orleans_batch.require_valid_cdc(run_id uuid, sync_type text, cdc jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  unknown_member text;
BEGIN
  IF sync_type <> 'cdc' THEN
    RAISE EXCEPTION 'Run % is % but has the option cdc, which is for runs of change events.', run_id, sync_type
      USING ERRCODE = 'OB014', HINT = 'Leave the option out, or use the sync type cdc.';
  ELSIF jsonb_typeof(cdc) <> 'object' THEN
    RAISE EXCEPTION 'The option cdc of run % is not a JSON object: %.', run_id, cdc
      USING ERRCODE = 'OB014', HINT = 'Pass {"operation": "op", "sequence": "lsn"} with the names of the columns.';
  END IF;

  SELECT key INTO unknown_member FROM jsonb_object_keys(cdc) AS key
  WHERE key NOT IN ('operation', 'sequence', 'deletes', 'history') LIMIT 1;
  IF unknown_member IS NOT NULL THEN
    RAISE EXCEPTION 'The option cdc of run % has the member "%", which this version doesn''t know.', run_id, unknown_member
      USING ERRCODE = 'OB014', HINT = 'Known are operation, sequence, deletes and history.';
  ELSIF coalesce(jsonb_typeof(cdc -> 'operation'), '') <> 'string' OR cdc ->> 'operation' = ''
    OR coalesce(jsonb_typeof(cdc -> 'sequence'), '') <> 'string' OR cdc ->> 'sequence' = ''
  THEN
    RAISE EXCEPTION 'The option cdc of run % has the operation % and the sequence %, which must both be names of columns.',
      run_id, coalesce(cdc -> 'operation', 'null'), coalesce(cdc -> 'sequence', 'null')
      USING ERRCODE = 'OB014', HINT = 'Name the column that says what happened to a row, and the one by which changes are ordered.';
  ELSIF lower(cdc ->> 'operation' COLLATE "C") = lower(cdc ->> 'sequence' COLLATE "C") THEN
    RAISE EXCEPTION 'The option cdc of run % names one column, "%", for operation and sequence.', run_id, cdc ->> 'operation'
      USING ERRCODE = 'OB014', HINT = 'Name the column that says what happened to a row, and the one by which changes are ordered.';
  ELSIF cdc -> 'deletes' NOT IN ('"hard"', '"soft"') THEN
    RAISE EXCEPTION 'The option cdc of run % says deletes %, which is unknown.', run_id, cdc -> 'deletes'
      USING ERRCODE = 'OB014', HINT = 'Known are "hard" and "soft".';
  ELSIF cdc -> 'history' NOT IN ('true', 'false') THEN
    RAISE EXCEPTION 'The option cdc of run % says history %, which is unknown.', run_id, cdc -> 'history'
      USING ERRCODE = 'OB014', HINT = 'Known are true and false.';
  END IF;
END $$;
