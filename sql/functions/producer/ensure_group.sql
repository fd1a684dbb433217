-- Guarantees that the group exists, and returns its id. Reads first, because an insert that conflicts would burn an id at every call.
-- Two producers at once: the unique constraint lets one insert. The other reads the group in its next statement.
CREATE OR REPLACE FUNCTION orleans_batch.ensure_group(team_id bigint, schema_id text) RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  found_id int;
BEGIN
  SELECT g.group_id INTO found_id FROM orleans_batch.batch_group AS g
  WHERE g.team_id = ensure_group.team_id AND g.schema_id = ensure_group.schema_id;
  IF found_id IS NULL THEN
    INSERT INTO orleans_batch.batch_group (team_id, schema_id)
    VALUES (ensure_group.team_id, ensure_group.schema_id)
    ON CONFLICT ON CONSTRAINT batch_group_name_is_unique DO NOTHING;
    SELECT g.group_id INTO found_id FROM orleans_batch.batch_group AS g
    WHERE g.team_id = ensure_group.team_id AND g.schema_id = ensure_group.schema_id;
  END IF;
  RETURN found_id;
END $$;
