-- Guarantees that a group which a failed run has blocked goes on with the next run.
-- Returns whether there was a blocked group. The failed run stays failed, and its remaining batches are skipped.
-- The row goes and the wakeup comes in one statement, so the group has one or the other.
-- The operator and the reason go on record in the same statement.
-- Against the owner: only an owner that has left leaves a blocked row behind. Two callers at once: the row's lock lets one delete it.
CREATE OR REPLACE FUNCTION orleans_batch.unblock(team_id bigint, schema_id text, sink text, who text = session_user, why text = '')
RETURNS boolean
LANGUAGE sql AS $$
  WITH freed AS (
    DELETE FROM orleans_batch.parked AS p
    USING orleans_batch.batch_group AS g, orleans_batch.sink AS s
    WHERE g.team_id = unblock.team_id AND g.schema_id = unblock.schema_id AND s.name = unblock.sink
      AND p.group_id = g.group_id AND p.sink_id = s.sink_id AND p.reason = 'blocked'
    RETURNING p.team_id, p.group_id, p.sink_id
  ), woken AS (
    INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT f.team_id, f.group_id, f.sink_id FROM freed AS f
    RETURNING 1
  ), recorded AS (
    INSERT INTO orleans_batch.operator_action (verb, subject, who, why)
    SELECT 'unblock', orleans_batch.scope_name(unblock.team_id, unblock.schema_id, unblock.sink),
      coalesce(unblock.who, session_user::text), coalesce(unblock.why, '')
    FROM freed
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM woken) OR EXISTS (SELECT FROM recorded)
$$;
