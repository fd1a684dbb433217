-- How runs end otherwise than by their final batch: cancelled, superseded, stranded. Each is an entry of the log, so that owners pass it in
-- order and the drained check and the wakeup cover it.

-- Keeps no enqueue from updating its run in place: a run leaves this index when it is no longer open, and is never moved in it.
CREATE INDEX run_open ON orleans_batch.run (group_id) WHERE state = 'open';

-- Who did what and why, in the caller's transaction.
CREATE FUNCTION orleans_batch.record_action(verb text, subject text, who text, why text) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO orleans_batch.operator_action (verb, subject, who, why)
  VALUES (verb, subject, coalesce(record_action.who, session_user::text), coalesce(record_action.why, ''))
$$;

-- How the run has ended in each active sink; null where it has not. A sink that was added at the tail after the run began takes nothing of
-- it, and one whose position is behind the run's end without an outcome began there.
CREATE FUNCTION orleans_batch.run_outcomes(r orleans_batch.run)
RETURNS TABLE (sink_id smallint, sink text, upstream_id smallint, state text)
LANGUAGE sql STABLE AS $$
  SELECT s.sink_id, s.name, s.upstream_id,
    CASE WHEN o.state <> 'running' THEN o.state WHEN r.created_at < s.starts_at OR c.next_seq > r.end_seq THEN 'not wanted' END
  FROM orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_run AS o ON o.run_id = r.run_id AND o.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = s.sink_id
  WHERE s.state = 'active'
$$;

-- True when nothing of the run is left to do in any active sink. False without an active sink.
CREATE FUNCTION orleans_batch.has_ended(r orleans_batch.run) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT coalesce(bool_and(o.state IS NOT NULL), false) FROM orleans_batch.run_outcomes(r) AS o
$$;

-- Guarantees that a run which has ended in every active primary sink takes no further batches, which would all be skipped. A sink that was
-- added at the tail after the run began takes nothing of it.
CREATE OR REPLACE FUNCTION orleans_batch.require_wanted(run orleans_batch.run) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted boolean;
  ended text;
BEGIN
  SELECT bool_or(coalesce(r.state, 'running') = 'running'), max(r.state) INTO wanted, ended
  FROM orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_run AS r ON r.sink_id = s.sink_id AND r.run_id = run.run_id
  WHERE s.upstream_id IS NULL AND s.state = 'active' AND (s.starts_at IS NULL OR s.starts_at <= run.created_at);
  IF NOT wanted THEN
    RAISE EXCEPTION 'Run % has ended (%) in every sink, so a further batch would never be applied.', run.run_id, ended
      USING ERRCODE = 'OB008', HINT = 'Mend what failed it, then enqueue the data as a new run.';
  END IF;
END $$;

-- Guarantees that the run's new state and the marker that tells the owners of it become visible together.
-- The caller holds the group's row lock and has read the run after it.
CREATE FUNCTION orleans_batch.end_run(r orleans_batch.run, state text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  entry orleans_batch.log_entry;
  appended bigint;
BEGIN
  entry.group_id := r.group_id;
  entry.kind := end_run.state;
  entry.run_id := r.run_id;
  entry.is_final := false;
  entry.metadata := '{}';
  appended := orleans_batch.append_entry(entry);
  UPDATE orleans_batch.run AS x SET state = end_run.state, end_seq = appended WHERE x.run_id = r.run_id;
  RETURN appended;
END $$;

-- Guarantees that the run as it is now is returned, and stays so until the caller's transaction ends; refuses one that is unknown.
-- Two callers of one group: the second waits at the group's row lock, and reads the run in a statement after it.
CREATE FUNCTION orleans_batch.lock_run(run_id uuid) RETURNS orleans_batch.run
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x WHERE x.run_id = lock_run.run_id;
  IF gid IS NULL THEN
    RAISE EXCEPTION 'Run % is unknown.', coalesce(lock_run.run_id::text, 'null')
      USING ERRCODE = 'OB018', HINT = 'Check the run id: the view run_status lists them. A run exists from its first batch on.';
  END IF;
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = lock_run.run_id;
  RETURN r;
END $$;

-- A producer's sign of life for a run to which it has nothing to add yet; true while the run is open.
-- Against whoever ends the run: the run's row lock puts one after the other, and the condition is tested again after a wait.
CREATE FUNCTION orleans_batch.run_alive(run_id uuid) RETURNS boolean
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
  UPDATE orleans_batch.run AS x SET alive_at = clock_timestamp() WHERE x.run_id = run_alive.run_id AND x.state = 'open';
  RETURN FOUND;
END $$;

-- Guarantees that what is not yet applied of the run is skipped in every sink, and that each is told the run's end in order. Returns the
-- marker's seq. A batch that is being applied at this moment is finished.
-- Against producers and other operators: the group's row lock. Against owners: the marker comes with its wakeup, as every entry does.
CREATE FUNCTION orleans_batch.cancel_run(run_id uuid, who text = session_user, why text = '') RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  r orleans_batch.run := orleans_batch.lock_run(run_id);
BEGIN
  IF r.state NOT IN ('open', 'sealed') THEN
    RAISE EXCEPTION 'Run % is already %.', r.run_id, r.state
      USING ERRCODE = 'OB019', HINT = 'There is nothing to do: what was not applied of it is skipped.';
  ELSIF orleans_batch.has_ended(r) THEN
    RAISE EXCEPTION 'Run % has ended in every sink, so there is nothing left to cancel.', r.run_id
      USING ERRCODE = 'OB020', HINT = 'The view run_status says how it ended. What is applied stays applied.';
  END IF;
  PERFORM orleans_batch.record_action('cancel', r.run_id::text, who, why);
  RETURN orleans_batch.end_run(r, 'cancelled');
END $$;

-- Guarantees that the earlier runs of the group which have not ended in every active sink are superseded: all of them ("always"), or
-- those without progress and without a sign of life for 6 hours ("idle"), so that a large first sync which is extracted anew every
-- night is not thrown away every night. The caller holds the group's row lock and enqueues the newer run's first entry afterwards.
-- Against run_alive: the run's row lock; a run that shows life while this statement waits for it is tested again and spared.
CREATE FUNCTION orleans_batch.supersede_runs(newer orleans_batch.run, rule text) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  -- Behind it every run has ended in every active sink: a long history is read, but not asked for its outcomes.
  passed bigint := (
    SELECT min(coalesce(c.next_seq, 1)) FROM orleans_batch.sink AS s
    LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = newer.group_id AND c.sink_id = s.sink_id
    WHERE s.state = 'active');
  r orleans_batch.run;
  superseded int := 0;
BEGIN
  FOR r IN
    SELECT x.* FROM orleans_batch.run AS x
    WHERE x.group_id = newer.group_id AND x.run_id <> newer.run_id AND x.state IN ('open', 'sealed')
      AND coalesce(x.end_seq >= passed, true) AND NOT orleans_batch.has_ended(x)
      AND (rule = 'always' OR rule = 'idle' AND clock_timestamp() - interval '6 hours' > greatest(
        x.alive_at, (SELECT max(o.progressed_at) FROM orleans_batch.sink_run AS o WHERE o.run_id = x.run_id)))
    ORDER BY x.created_at, x.run_id
    FOR NO KEY UPDATE OF x
  LOOP
    PERFORM orleans_batch.end_run(r, 'superseded');
    superseded := superseded + 1;
  END LOOP;
  RETURN superseded;
END $$;

-- The sinks that got on in the group after the given time, work on a batch of it now, or wait there for somebody to act. A set, because
-- the planner makes that a part of the statement that asks.
CREATE FUNCTION orleans_batch.working_sinks(group_id int, since timestamptz) RETURNS SETOF smallint
LANGUAGE sql STABLE AS $$
  SELECT c.sink_id FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = working_sinks.group_id
    AND (c.progressed_at >= since OR c.claimed_to >= c.next_seq AND c.heartbeat_at >= since)
  UNION ALL
  SELECT p.sink_id FROM orleans_batch.parked AS p JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id AND s.state = 'active'
  WHERE p.group_id = working_sinks.group_id AND p.until IS NULL
$$;

-- Guarantees that an open run is stranded only if for the given time its producer has shown no life and nothing in its group has got on.
-- Returns how many were. Groups are locked one after the other in (team, schema) order, and neither a group nor a run that somebody has
-- locked is waited for: an open enqueue or run_alive is a sign of life. What made a run a candidate is tested again under both locks.
CREATE FUNCTION orleans_batch.strand_runs(idle interval = '6 hours', at_most int = 100) RETURNS int
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  since timestamptz := clock_timestamp() - idle;
  candidate record;
  r orleans_batch.run;
  stranded int := 0;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  FOR candidate IN
    SELECT x.run_id, x.group_id FROM orleans_batch.run AS x
    JOIN orleans_batch.batch_group AS g ON g.group_id = x.group_id
    WHERE x.state = 'open' AND x.alive_at < since
      AND NOT EXISTS (SELECT FROM orleans_batch.working_sinks(x.group_id, since))
    ORDER BY g.team_id, g.schema_id, x.created_at
    LIMIT at_most
  LOOP
    PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = candidate.group_id FOR NO KEY UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    SELECT x.* INTO r FROM orleans_batch.run AS x
    WHERE x.run_id = candidate.run_id AND x.state = 'open' AND x.alive_at < since
      AND NOT EXISTS (SELECT FROM orleans_batch.working_sinks(x.group_id, since))
    FOR NO KEY UPDATE SKIP LOCKED;
    CONTINUE WHEN NOT FOUND;
    PERFORM orleans_batch.end_run(r, 'stranded');
    stranded := stranded + 1;
  END LOOP;
  RETURN stranded;
END $$;
