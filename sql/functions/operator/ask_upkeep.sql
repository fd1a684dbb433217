-- Guarantees that the group's owner does the upkeep once it has worked off the group's batches, and that a silo is woken for it.
-- task: optimize, vacuum or restore; version: the one to restore.
-- Returns when it was asked for, by which its outcome is known. A later call takes the place of one that was not carried out yet.
-- The key of the group's row is locked: no group is removed between this and the commit. Owners and producers don't wait for that lock.
CREATE OR REPLACE FUNCTION orleans_batch.ask_upkeep(
  team_id bigint, schema_id text, sink text, task text, version bigint = NULL, who text = session_user, why text = '')
RETURNS timestamptz
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  gid int := orleans_batch.require_group(team_id, schema_id);
  sid smallint := orleans_batch.require_sink(sink);
  asked timestamptz := clock_timestamp();
  applied bigint := (
    SELECT c.applied_seq FROM orleans_batch.sink_cursor AS c WHERE c.group_id = gid AND c.sink_id = sid);
  g orleans_batch.batch_group;
BEGIN
  SELECT * INTO g FROM orleans_batch.batch_group AS x WHERE x.group_id = gid FOR KEY SHARE;
  IF g.group_id IS NULL OR g.is_closed THEN
    PERFORM orleans_batch.refuse_forgotten(team_id, schema_id);
  END IF;
  INSERT INTO orleans_batch.upkeep AS u (group_id, sink_id, due_at, task, version, asked_at, asked_seq)
  VALUES (gid, sid, asked, ask_upkeep.task, ask_upkeep.version, asked, coalesce(applied, 0))
  ON CONFLICT ON CONSTRAINT upkeep_pk DO UPDATE
  SET due_at = EXCLUDED.due_at, task = EXCLUDED.task, version = EXCLUDED.version, asked_at = EXCLUDED.asked_at,
    asked_seq = EXCLUDED.asked_seq;
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) VALUES (g.team_id, gid, sid);
  PERFORM pg_notify('orleans_batch_wakeup', '');
  PERFORM orleans_batch.record_action(
    ask_upkeep.task, format('%s/%s in sink %s%s', team_id, schema_id, sink, ' to version ' || version), who, why);
  RETURN asked;
END $$;
