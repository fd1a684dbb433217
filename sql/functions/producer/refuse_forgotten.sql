-- Guarantees that the caller is refused, because the group is being forgotten.
CREATE OR REPLACE FUNCTION orleans_batch.refuse_forgotten(team_id bigint, schema_id text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Group %/% is being forgotten, so it takes nothing until that is done.', team_id, schema_id
    USING ERRCODE = 'OB047',
      HINT = 'Stop its producer, or enqueue a new run later: the group begins anew then. '
        || '"orleansbatch doctor" says what the removal waits for.';
END $$;
