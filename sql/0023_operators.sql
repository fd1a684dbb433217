-- What operators look at: which silo serves which sink, and who let a stopped group go on.

-- A silo that serves a sink, written when the silo starts. Nobody keeps it fresh: whether the silo still runs is told by its poller's
-- connection.
CREATE TABLE orleans_batch.silo_sink (
  silo text NOT NULL,
  sink_id smallint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT silo_sink_pk PRIMARY KEY (silo, sink_id)
);

-- The silos that run at this moment, and the sinks they serve. The connections of another role's silos can't be seen.
CREATE VIEW orleans_batch.serving_silo AS
SELECT v.sink_id, s.name AS sink, v.silo, v.started_at
FROM orleans_batch.silo_sink AS v
JOIN orleans_batch.sink AS s ON s.sink_id = v.sink_id
WHERE EXISTS (
  SELECT FROM pg_catalog.pg_stat_activity AS a
  WHERE a.datname = current_database() AND a.application_name = 'orleans-batch-poller@' || v.silo);

-- The newest runs are what people ask for.
CREATE INDEX run_by_time ON orleans_batch.run (created_at DESC);

-- Guarantees that a group which a failed run has stopped goes on with the next run, and tells whether there was one to free. The failed
-- run stays failed; what is left of it is skipped. The row goes and the wakeup comes in one statement, so the group has one or the other;
-- who freed it and why is on record in the same statement.
-- Against the owner: only an owner that has left leaves a blocked row behind. Two callers at once: the row's lock lets one delete it.
DROP FUNCTION orleans_batch.unblock(bigint, text, text);

CREATE FUNCTION orleans_batch.unblock(team_id bigint, schema_id text, sink text, who text = session_user, why text = '') RETURNS boolean
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
