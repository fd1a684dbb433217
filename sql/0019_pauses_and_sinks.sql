-- What an operator stops and starts: groups, by pausing them or by ending a stuck owner, and sinks that come and go.

CREATE INDEX parked_paused ON orleans_batch.parked (group_id, sink_id) WHERE reason = 'paused';

-- What keeps the group from being worked on in the sink: pauses that cover it (looked up by their key, however many there are), and the
-- sink when it is disabled. A set, because the planner makes that a part of the statement that asks.
CREATE FUNCTION orleans_batch.pauses_of(team_id bigint, schema_id text, sink_id smallint) RETURNS TABLE (who text, why text)
LANGUAGE sql STABLE AS $$
  SELECT p.who, p.why FROM orleans_batch.pause AS p
  WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[pauses_of.team_id::text, ''])
    AND coalesce(p.schema_id, '') = ANY (ARRAY[pauses_of.schema_id, ''])
    AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[pauses_of.sink_id, 0::smallint])
  UNION ALL
  SELECT '', 'The sink is disabled.' FROM orleans_batch.sink AS s WHERE s.sink_id = pauses_of.sink_id AND s.state = 'disabled'
$$;

CREATE FUNCTION orleans_batch.pause_covers(team_id bigint, schema_id text, sink_id smallint) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM orleans_batch.pauses_of(team_id, schema_id, sink_id))
$$;

-- For people: what a pause, a resume or an evict was about.
CREATE FUNCTION orleans_batch.scope_name(team_id bigint, schema_id text, sink text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN schema_id IS NOT NULL THEN 'group ' || team_id || '/' || schema_id ELSE coalesce('team ' || team_id, 'everything') END
    || coalesce(' in sink ' || sink, '')
$$;

-- Guarantees that a group which was parked for a pause that is over gets a wakeup, once, and that its open runs are not taken for stranded
-- because they had to wait. The row goes and the wakeup comes in one statement. Two callers at once: each skips the rows of the other.
-- Returns how many groups were woken.
CREATE FUNCTION orleans_batch.wake_resumed(at_most int = NULL) RETURNS int
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
  woken int;
BEGIN
  WITH free AS (
    SELECT p.group_id, p.sink_id FROM orleans_batch.parked AS p
    JOIN orleans_batch.batch_group AS g ON g.group_id = p.group_id
    WHERE p.reason = 'paused' AND NOT EXISTS (SELECT FROM orleans_batch.pauses_of(g.team_id, g.schema_id, p.sink_id))
    LIMIT at_most
    FOR NO KEY UPDATE OF p SKIP LOCKED
  ), gone AS (
    DELETE FROM orleans_batch.parked AS p USING free AS f
    WHERE p.group_id = f.group_id AND p.sink_id = f.sink_id AND p.reason = 'paused'
    RETURNING p.team_id, p.group_id, p.sink_id
  ), alive AS (
    UPDATE orleans_batch.run AS x SET alive_at = clock_timestamp()
    WHERE x.run_id IN (
      SELECT r.run_id FROM gone AS g JOIN orleans_batch.run AS r ON r.group_id = g.group_id AND r.state = 'open'
      FOR NO KEY UPDATE OF r SKIP LOCKED)
  ), made AS (
    INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT g.team_id, g.group_id, g.sink_id FROM gone AS g
    RETURNING 1
  )
  SELECT count(*)::int INTO woken FROM made;
  IF woken > 0 THEN
    PERFORM pg_notify('orleans_batch_wakeup', '');
  END IF;
  RETURN woken;
END $$;

-- Guarantees that no owner begins an entry of what the pause covers once it has seen it, also in groups and teams yet to come: everything
-- (no argument), a team, a group, or one of these in a sink. Returns false if the same scope was paused before. Touches no owner's row.
-- Two callers at once: the unique index lets one insert it.
CREATE FUNCTION orleans_batch.pause(
  team_id bigint = NULL, schema_id text = NULL, sink text = NULL, who text = session_user, why text = '')
RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  sid smallint := CASE WHEN sink IS NOT NULL THEN orleans_batch.require_sink(sink) END;
BEGIN
  IF schema_id IS NOT NULL AND team_id IS NULL THEN
    RAISE EXCEPTION 'Schema "%" names a group only together with its team.', schema_id
      USING ERRCODE = 'OB034', HINT = 'Pass team_id as well.';
  END IF;
  INSERT INTO orleans_batch.pause (team_id, schema_id, sink_id, who, why)
  VALUES (pause.team_id, pause.schema_id, sid, coalesce(pause.who, session_user::text), coalesce(pause.why, ''))
  ON CONFLICT (coalesce(team_id::text, ''), coalesce(schema_id, ''), coalesce(sink_id, 0::smallint)) DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM orleans_batch.record_action('pause', orleans_batch.scope_name(team_id, schema_id, sink), who, why);
  RETURN true;
END $$;

-- Guarantees that exactly this pause is gone, and that what no pause covers any more is woken; returns how many groups were. The wakeups
-- are made in a statement after the delete, whose snapshot has it. An owner that saw the pause before this call's commit may park after it:
-- call wake_resumed() once more afterwards, or leave it to the next sweep. Refuses when there is no such pause, but a wider one.
CREATE FUNCTION orleans_batch.resume(
  team_id bigint = NULL, schema_id text = NULL, sink text = NULL, who text = session_user, why text = '')
RETURNS int
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  sid smallint := CASE WHEN sink IS NOT NULL THEN orleans_batch.require_sink(sink) END;
  wider orleans_batch.pause;
BEGIN
  DELETE FROM orleans_batch.pause AS p
  WHERE coalesce(p.team_id::text, '') = coalesce(resume.team_id::text, '') AND coalesce(p.schema_id, '') = coalesce(resume.schema_id, '')
    AND coalesce(p.sink_id, 0::smallint) = coalesce(sid, 0::smallint);
  IF FOUND THEN
    PERFORM orleans_batch.record_action('resume', orleans_batch.scope_name(team_id, schema_id, sink), who, why);
    RETURN orleans_batch.wake_resumed();
  END IF;

  SELECT * INTO wider FROM orleans_batch.pause AS p
  WHERE (p.team_id IS NULL OR p.team_id = resume.team_id) AND (p.schema_id IS NULL OR p.schema_id = resume.schema_id)
    AND (p.sink_id IS NULL OR p.sink_id = sid)
  LIMIT 1;
  IF wider.pause_id IS NOT NULL THEN
    RAISE EXCEPTION 'There is no pause of %; it is covered by the pause of % (by %: %).',
      orleans_batch.scope_name(team_id, schema_id, sink),
      orleans_batch.scope_name(
        wider.team_id, wider.schema_id, (SELECT s.name FROM orleans_batch.sink AS s WHERE s.sink_id = wider.sink_id)),
      wider.who, wider.why
      USING ERRCODE = 'OB035', HINT = 'Resume that one.';
  END IF;
  RETURN orleans_batch.wake_resumed();
END $$;

-- Guarantees that who is ended holds the group's lock at that moment: the test and the end are one statement. Returns the backend's pid,
-- or null when nobody holds it. The next owner counts a loss, not an attempt. Two callers at once: ending a backend that ends does nothing.
CREATE FUNCTION orleans_batch.evict(team_id bigint, schema_id text, sink text, who text = session_user, why text = '') RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  gid int := orleans_batch.require_group(team_id, schema_id);
  sid smallint := orleans_batch.require_sink(sink);
  ended int;
  was_told boolean;
BEGIN
  -- Not among the conditions: those are tried in any order, on every lock of the server.
  SELECT h.backend_pid, pg_terminate_backend(h.backend_pid) INTO ended, was_told FROM orleans_batch.held_lock AS h
  WHERE h.group_id = gid AND h.sink_id = sid;
  IF ended IS NOT NULL THEN
    PERFORM orleans_batch.record_action('evict', orleans_batch.scope_name(team_id, schema_id, sink), who, why);
  END IF;
  RETURN ended;
END $$;

-- Guarantees that the sink exists and returns its number: a new one is "adding" until seed_sink has given it its groups. It begins with the
-- oldest entry that is still there ("start") or with the first entry from now on ("tail"); with an upstream it gets a batch only after that
-- one applied it. Two callers at once: the unique name lets one insert it, the other reads it in its next statement.
CREATE FUNCTION orleans_batch.add_sink(
  name text, upstream text = NULL, start_at text = 'start', who text = session_user, why text = '')
RETURNS smallint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  follows smallint;
  known orleans_batch.sink;
BEGIN
  IF coalesce(add_sink.name, '') = '' OR position('/' IN add_sink.name) > 0 OR coalesce(start_at NOT IN ('start', 'tail'), true) THEN
    RAISE EXCEPTION 'A sink needs a name without a slash and a start of "start" or "tail", not "%" and "%".', add_sink.name, start_at
      USING ERRCODE = 'OB036', HINT = 'The start is that of a new sink; one that exists keeps its own.';
  ELSIF upstream = add_sink.name THEN
    RAISE EXCEPTION 'Sink "%" can''t follow itself.', add_sink.name USING ERRCODE = 'OB038', HINT = 'Name another upstream, or none.';
  END IF;
  follows := CASE WHEN upstream IS NOT NULL THEN orleans_batch.require_sink(upstream) END;

  INSERT INTO orleans_batch.sink (name, upstream_id, state, starts_at)
  SELECT add_sink.name, follows, 'adding',
    -- What came before its upstream's start was never applied there, and has no place here.
    CASE start_at WHEN 'tail' THEN clock_timestamp() ELSE (SELECT u.starts_at FROM orleans_batch.sink AS u WHERE u.sink_id = follows) END
  WHERE NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.name = add_sink.name)
  ON CONFLICT ON CONSTRAINT sink_name_is_unique DO NOTHING;
  IF FOUND THEN
    PERFORM orleans_batch.record_action('sink add', concat_ws(' after ', add_sink.name, upstream), who, why);
  END IF;
  SELECT * INTO known FROM orleans_batch.sink AS s WHERE s.name = add_sink.name;
  IF known.upstream_id IS DISTINCT FROM follows THEN
    RAISE EXCEPTION 'Sink "%" exists and follows %, not %.', add_sink.name,
      coalesce((SELECT '"' || s.name || '"' FROM orleans_batch.sink AS s WHERE s.sink_id = known.upstream_id), 'no other'),
      coalesce('"' || upstream || '"', 'none')
      USING ERRCODE = 'OB037', HINT = 'What a sink follows is fixed: add one under another name.';
  END IF;
  RETURN known.sink_id;
END $$;

-- Guarantees that a group is known to the sink for each entry that was or will ever be committed: once the sink is committed, new entries
-- bring its wakeups; those of transactions that began before are seeded here, after the last of them has ended. To be called until it
-- returns true (nothing is left to seed), each time in a transaction of its own. It waits for nobody; a transaction that is open for long
-- delays the seeding alone.
-- The border is set in the first call after the commit, and compared in later ones: who did not see the sink has an older number, and
-- an owner's session may not have its number yet but shows the snapshot that it works with. The groups are read after the comparison.
-- Two callers at once: the sink's row lock lets one seed, and the other finds it done.
CREATE FUNCTION orleans_batch.seed_sink(name text) RETURNS boolean
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  sid smallint := orleans_batch.require_sink(name);
  s orleans_batch.sink;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  -- A sink that this transaction has added is not committed.
  UPDATE orleans_batch.sink AS x SET seed_after = pg_snapshot_xmax(pg_current_snapshot())
  WHERE x.sink_id = sid AND x.state = 'adding' AND x.seed_after IS NULL
    AND coalesce(age(x.xmin) > age(pg_current_xact_id_if_assigned()::xid), true);
  SELECT x.* INTO s FROM orleans_batch.sink AS x WHERE x.sink_id = sid FOR NO KEY UPDATE;
  IF s.state <> 'adding' THEN
    RETURN true;
  ELSIF s.seed_after IS NULL OR pg_snapshot_xmin(pg_current_snapshot()) < s.seed_after OR EXISTS (
      SELECT FROM pg_catalog.pg_stat_activity AS a
      WHERE a.datname = current_database() AND a.application_name LIKE 'orleans-batch-group@%'
        AND age(a.backend_xmin) > age(s.seed_after::xid)) THEN
    RETURN false;
  END IF;

  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT g.team_id, g.group_id, sid FROM orleans_batch.batch_group AS g WHERE g.tail_seq > 0;
  UPDATE orleans_batch.sink AS x SET state = 'active' WHERE x.sink_id = sid;
  PERFORM pg_notify('orleans_batch_wakeup', '');
  RETURN true;
END $$;

-- Guarantees that no owner begins a batch for the sink once it has seen this; what is enqueued goes on to wake it, for the day it is
-- enabled. Returns false if it was disabled before. One that was not seeded yet is seeded when it is enabled.
CREATE FUNCTION orleans_batch.disable_sink(name text, who text = session_user, why text = '') RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  sid smallint := orleans_batch.require_sink(name);
BEGIN
  UPDATE orleans_batch.sink AS x SET state = 'disabled', seed_after = CASE x.state WHEN 'active' THEN coalesce(x.seed_after, '3'::xid8) END
  WHERE x.sink_id = sid AND x.state <> 'disabled';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM orleans_batch.record_action('sink disable', name, who, why);
  RETURN true;
END $$;

-- Guarantees that the sink goes on where it was, with everything that was enqueued meanwhile. Returns false if it was not disabled.
CREATE FUNCTION orleans_batch.enable_sink(name text, who text = session_user, why text = '') RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
  sid smallint := orleans_batch.require_sink(name);
BEGIN
  UPDATE orleans_batch.sink AS x SET state = CASE WHEN x.seed_after IS NULL THEN 'adding' ELSE 'active' END
  WHERE x.sink_id = sid AND x.state = 'disabled';
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  PERFORM orleans_batch.record_action('sink enable', name, who, why);
  PERFORM orleans_batch.wake_resumed();
  RETURN true;
END $$;
