-- Guarantees that the group exists, that its row is locked, and that it takes entries. Returns the group's id.
-- Refuses a group that is being forgotten.
-- Two callers of one group: the second waits at the row's lock, and reads the row as the first one left it.
-- Against the removal of a forgotten group: a caller that waited for a row which is gone by then makes the group anew.
CREATE OR REPLACE FUNCTION orleans_batch.lock_group(team_id bigint, schema_id text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  gid int;
  closed boolean;
BEGIN
  LOOP
    gid := orleans_batch.ensure_group(team_id, schema_id);
    SELECT g.is_closed INTO closed FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
    EXIT WHEN FOUND;
  END LOOP;
  IF closed THEN
    PERFORM orleans_batch.refuse_forgotten(team_id, schema_id);
  END IF;
  RETURN gid;
END $$;
