-- The schema of a fresh database, as pg_dump 15 tells it. SchemaDumpTests keeps this file true; nobody edits it by hand.
--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: orleans_batch; Type: SCHEMA; Schema: -; Owner: -
--

CREATE SCHEMA orleans_batch;


--
-- Name: acknowledge_run(uuid, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.acknowledge_run(run_id uuid, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM orleans_batch.run AS r WHERE r.run_id = acknowledge_run.run_id) THEN
    RAISE EXCEPTION 'Run % is unknown.', coalesce(acknowledge_run.run_id::text, 'null')
      USING ERRCODE = 'OB018', HINT = 'Check the run id; what is older than it is kept is forgotten.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.sink_run AS o WHERE o.run_id = acknowledge_run.run_id AND o.state = 'failed') THEN
    RAISE EXCEPTION 'Run % has not failed in any sink, so there is nothing to acknowledge.', acknowledge_run.run_id
      USING ERRCODE = 'OB023', HINT = 'The view run_status says what became of it.';
  END IF;
  IF EXISTS (
      SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = acknowledge_run.run_id::text) THEN
    RETURN false;
  END IF;
  PERFORM orleans_batch.record_action('acknowledge', acknowledge_run.run_id::text, who, why);
  RETURN true;
END $$;


--
-- Name: add_request(integer, smallint, text, bigint, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.add_request(group_id integer, sink_id smallint, kind text, seq bigint, who text, why text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  made bigint;
  g orleans_batch.batch_group;
BEGIN
  SELECT * INTO g FROM orleans_batch.batch_group AS x WHERE x.group_id = add_request.group_id FOR KEY SHARE;
  IF g.group_id IS NULL THEN
    RAISE EXCEPTION 'The group was forgotten meanwhile.'
      USING ERRCODE = 'OB028', HINT = 'There is nothing left to do.';
  ELSIF g.is_closed AND add_request.kind <> 'forget' THEN
    PERFORM orleans_batch.refuse_forgotten(g.team_id, g.schema_id);
  END IF;
  INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why)
  VALUES (add_request.group_id, add_request.sink_id, add_request.kind, add_request.seq,
    coalesce(add_request.who, session_user::text), coalesce(add_request.why, ''))
  RETURNING request_id INTO made;
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  VALUES (g.team_id, g.group_id, add_request.sink_id);
  PERFORM pg_notify('orleans_batch_wakeup', '');
  RETURN made;
END $$;


--
-- Name: add_sink(text, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.add_sink(name text, upstream text DEFAULT NULL::text, start_at text DEFAULT 'start'::text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS smallint
    LANGUAGE plpgsql
    AS $$
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
    -- Entries before the upstream's start were never applied there, and a follower gets only applied ones.
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


--
-- Name: advance_window(integer, smallint, bigint, text, text, bigint, tid, bigint, bigint, timestamp with time zone, timestamp with time zone, uuid, bigint, bigint, timestamp with time zone, text, boolean, integer, boolean, boolean, bigint, bigint, bigint, bigint, bigint, bigint[], bigint[], bigint[], text[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.advance_window(of_group integer, of_sink smallint, of_team bigint, of_schema text, by_silo text, by_epoch bigint, from_place tid, from_seq bigint, finished_seq bigint, finished_created_at timestamp with time zone, window_claimed_at timestamp with time zone, counted_run uuid, counted_batches bigint, counted_announced bigint, counted_since timestamp with time zone, ended_as text, moves_counts boolean, most integer, gives_up boolean, tells_hooks boolean, woken_since bigint, counted_applied bigint DEFAULT NULL::bigint, counted_replaced bigint DEFAULT NULL::bigint, counted_rounded bigint DEFAULT 0, counted_differing bigint DEFAULT 0, window_applied bigint[] DEFAULT NULL::bigint[], window_replaced bigint[] DEFAULT NULL::bigint[], window_rounded bigint[] DEFAULT NULL::bigint[], notes text[] DEFAULT NULL::text[]) RETURNS TABLE(place tid, claimed_at timestamp with time zone, is_drained boolean, keeps_counts boolean, seq bigint, created_at timestamp with time zone, run_id uuid, batch_index integer, origin_run_id uuid, origin_index integer, path text, row_count bigint, byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text, cdc text)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  is_at_tail boolean := false;
  is_looked_up boolean := from_place IS NULL;
  entry_kind text;
  claimed_run uuid;
  run_origin uuid;
  last_seq bigint;
  setting text;
BEGIN
  IF gives_up THEN
    is_at_tail := (
      SELECT g.tail_seq FROM orleans_batch.batch_group AS g
      WHERE g.group_id >= of_group AND g.group_id <= of_group ORDER BY g.group_id DESC LIMIT 1) <= finished_seq;
  END IF;
  IF NOT is_at_tail THEN
    FOR seq, entry_kind, created_at, run_id, batch_index, origin_run_id, origin_index, path, row_count, byte_size, is_final, metadata IN
      SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
        l.is_final, l.metadata::text
      FROM orleans_batch.log_entry AS l
      WHERE l.group_id = of_group AND l.seq > finished_seq AND l.created_at >= finished_created_at
        AND l.created_at < date_trunc('day', statement_timestamp()) + interval '1 day'
      ORDER BY l.seq LIMIT most
    LOOP
      EXIT WHEN entry_kind <> 'batch' OR tells_hooks AND is_final OR run_id <> claimed_run;
      IF claimed_run IS NULL THEN
        EXIT WHEN seq <> finished_seq + 1 OR ended_as IS NOT NULL AND run_id = counted_run;
        SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc::text
        INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy, cdc
        FROM orleans_batch.run AS r
        WHERE r.run_id >= advance_window.run_id AND r.run_id <= advance_window.run_id AND r.state IN ('open', 'sealed')
          AND (advance_window.run_id = counted_run OR coalesce((
            SELECT o.state FROM orleans_batch.sink_run AS o
            WHERE o.run_id = advance_window.run_id AND o.sink_id >= of_sink AND o.sink_id <= of_sink ORDER BY o.sink_id DESC LIMIT 1
          ), 'running') = 'running')
          AND NOT EXISTS (
            SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
          AND EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.sink_id = of_sink AND s.state <> 'disabled')
          AND NOT EXISTS (SELECT FROM orleans_batch.covering_pauses(of_team, of_schema, of_sink))
        ORDER BY r.run_id DESC LIMIT 1;
        EXIT WHEN claimed_run IS NULL;
      END IF;
      origin_run_id := coalesce(origin_run_id, run_origin, run_id);
      origin_index := coalesce(origin_index, batch_index);
      last_seq := seq;
      RETURN NEXT;
    END LOOP;
  END IF;

  seq := NULL;
  is_drained := false;
  keeps_counts := claimed_run IS NOT DISTINCT FROM counted_run AND NOT moves_counts;
  place := from_place;
  LOOP
    IF is_looked_up THEN
      SELECT c.ctid INTO place FROM orleans_batch.sink_cursor AS c
      WHERE c.group_id = of_group AND c.sink_id >= of_sink AND c.sink_id <= of_sink ORDER BY c.sink_id DESC LIMIT 1;
    END IF;
    IF is_at_tail THEN
      WITH drained AS MATERIALIZED (
        SELECT NOT EXISTS (
            SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
          AND (
            SELECT g.tail_seq FROM orleans_batch.batch_group AS g
            WHERE g.group_id >= of_group AND g.group_id <= of_group ORDER BY g.group_id DESC LIMIT 1) <= finished_seq AS holds
      ), moved AS (
        UPDATE orleans_batch.sink_cursor AS c
        SET next_seq = finished_seq + 1, applied_seq = greatest(c.applied_seq, finished_seq), floor_at = finished_created_at,
          claimed_to = NULL, claimed_at = clock_timestamp(), attempt = 0, losses = 0,
          owner = CASE WHEN d.holds THEN NULL ELSE c.owner END, woken_from = CASE WHEN d.holds THEN c.woken_to ELSE c.woken_from END,
          heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp(),
          run_id = NULL, run_batches = 0, run_rows = NULL, run_started_at = NULL, run_rows_applied = NULL, run_rows_replaced = NULL,
          run_values_rounded = 0, run_batches_differing = 0
        FROM drained AS d
        WHERE c.ctid = advance_window.place AND c.group_id = of_group AND c.sink_id = of_sink AND c.epoch = by_epoch
          AND c.next_seq = from_seq
          AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
        RETURNING c.ctid AS place, c.claimed_at, d.holds
      ), dropped AS (
        DELETE FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group AND w.id >= woken_since
          AND (SELECT m.holds FROM moved AS m)
      )
      SELECT m.place, m.claimed_at, m.holds INTO place, claimed_at, is_drained FROM moved AS m;
    ELSE
      UPDATE orleans_batch.sink_cursor AS c
      SET next_seq = finished_seq + 1, applied_seq = greatest(c.applied_seq, finished_seq), floor_at = finished_created_at,
        claimed_to = last_seq, claimed_at = clock_timestamp(), attempt = CASE WHEN last_seq IS NULL THEN 0 ELSE 1 END, losses = 0,
        heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp(),
        run_id = CASE WHEN keeps_counts THEN counted_run END, run_batches = CASE WHEN keeps_counts THEN counted_batches ELSE 0 END,
        run_rows = CASE WHEN keeps_counts THEN counted_announced END, run_started_at = CASE WHEN keeps_counts THEN counted_since END,
        run_rows_applied = CASE WHEN keeps_counts THEN counted_applied END,
        run_rows_replaced = CASE WHEN keeps_counts THEN counted_replaced END,
        run_values_rounded = CASE WHEN keeps_counts THEN counted_rounded ELSE 0 END,
        run_batches_differing = CASE WHEN keeps_counts THEN counted_differing ELSE 0 END
      WHERE c.ctid = advance_window.place AND c.group_id = of_group AND c.sink_id = of_sink AND c.epoch = by_epoch AND c.next_seq = from_seq
        AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
      RETURNING c.ctid, c.claimed_at INTO place, claimed_at;
    END IF;
    EXIT WHEN place IS NOT NULL;
    IF is_looked_up THEN
      RETURN;
    END IF;
    is_looked_up := true;
  END LOOP;

  IF NOT keeps_counts THEN
    IF ended_as IS NULL THEN
      UPDATE orleans_batch.sink_run AS o
      SET batches_applied = o.batches_applied + counted_batches,
        rows_announced = coalesce(o.rows_announced + counted_announced, o.rows_announced, counted_announced),
        rows_applied = o.rows_applied + counted_applied, rows_replaced = o.rows_replaced + counted_replaced,
        values_rounded = o.values_rounded + counted_rounded, batches_differing = o.batches_differing + counted_differing,
        progressed_at = clock_timestamp()
      WHERE o.ctid = (
          SELECT y.ctid FROM orleans_batch.sink_run AS y
          WHERE y.run_id = counted_run AND y.sink_id >= of_sink AND y.sink_id <= of_sink ORDER BY y.sink_id DESC LIMIT 1)
        AND o.run_id = counted_run AND o.sink_id = of_sink;
    END IF;
    IF ended_as IS NOT NULL OR NOT FOUND THEN
      INSERT INTO orleans_batch.sink_run AS o
        (run_id, sink_id, group_id, state, batches_applied, rows_announced, rows_applied, rows_replaced, values_rounded, batches_differing,
         notes, started_at, progressed_at, finished_at)
      VALUES (
        counted_run, of_sink, of_group, coalesce(ended_as, 'running'), counted_batches, counted_announced, counted_applied,
        counted_replaced, counted_rounded, counted_differing, advance_window.notes, counted_since, clock_timestamp(),
        CASE WHEN ended_as IS NOT NULL THEN clock_timestamp() END)
      ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
      SET batches_applied = o.batches_applied + EXCLUDED.batches_applied,
        rows_announced = coalesce(o.rows_announced + EXCLUDED.rows_announced, o.rows_announced, EXCLUDED.rows_announced),
        rows_applied = o.rows_applied + EXCLUDED.rows_applied, rows_replaced = o.rows_replaced + EXCLUDED.rows_replaced,
        values_rounded = o.values_rounded + EXCLUDED.values_rounded, batches_differing = o.batches_differing + EXCLUDED.batches_differing,
        notes = coalesce(EXCLUDED.notes, o.notes), state = EXCLUDED.state, progressed_at = EXCLUDED.progressed_at,
        finished_at = EXCLUDED.finished_at;
    END IF;
  END IF;
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch, rows_applied, rows_replaced,
     values_rounded)
  VALUES (
    of_group, of_sink, from_seq, finished_seq, 1, 'succeeded', window_claimed_at, clock_timestamp(), by_silo, by_epoch, window_applied,
    window_replaced, window_rounded);
  IF is_drained THEN
    setting := set_config('orleans_batch.owns', 'released', false);
  END IF;
  RETURN NEXT;
END $$;


SET default_tablespace = '';

--
-- Name: log_entry; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.log_entry (
    group_id integer NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    run_id uuid NOT NULL,
    batch_index integer,
    origin_run_id uuid,
    origin_index integer,
    path text,
    row_count bigint,
    byte_size bigint,
    is_final boolean DEFAULT false NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL
)
PARTITION BY RANGE (created_at);


--
-- Name: append_entry(orleans_batch.log_entry); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.append_entry(entry orleans_batch.log_entry) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  team bigint;
  schema text;
  idle_sinks text;
  closed boolean;
BEGIN
  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.group_id = entry.group_id
  RETURNING g.team_id, g.schema_id, g.tail_seq, g.last_created_at, g.is_closed INTO team, schema, entry.seq, entry.created_at, closed;
  IF closed THEN
    PERFORM orleans_batch.refuse_forgotten(team, schema);
  END IF;

  -- The partition is looked for first, because catching the insert's error would cost a subtransaction per batch.
  -- A detached partition has no root.
  IF pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NULL THEN
    RAISE EXCEPTION 'The queue has no partition for %, so nothing can be enqueued.', (entry.created_at AT TIME ZONE 'UTC')::date
      USING ERRCODE = 'OB016', HINT = 'Start a silo, or run "orleansbatch migrate": both make partitions seven days ahead.';
  END IF;
  INSERT INTO orleans_batch.log_entry SELECT entry.*;

  -- Only an idle group gets a hint, because a hint at every commit would make all producers queue behind each other.
  -- The hint names the group, its team, its idle sinks and its schema, so that a silo can start the group at once: "12 7 1,2 orders".
  -- Each sink is judged by itself, because wakeups of an unserved sink must not silence the hint for the others.
  SELECT string_agg(s.sink_id::text, ',') INTO idle_sinks
  FROM orleans_batch.sink AS s
  WHERE s.upstream_id IS NULL
    AND NOT EXISTS (
      SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = s.sink_id AND w.team_id = team AND w.group_id = entry.group_id);
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT team, entry.group_id, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF idle_sinks IS NOT NULL THEN
    PERFORM orleans_batch.tell_silos(concat_ws(' ', entry.group_id, team, idle_sinks, schema));
  END IF;
  RETURN entry.seq;
END $$;


--
-- Name: append_next_batch(bigint, text, uuid, integer, text, boolean, bigint, bigint, text, text[], jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.append_next_batch(team_id bigint, schema_id text, run_id uuid, batch_index integer, path text, is_final boolean, row_count bigint, byte_size bigint, sync_type text, primary_keys text[], metadata jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  gid int;
  place tid;
  tail bigint;
  entered_at timestamptz;
  r orleans_batch.run;
  idle_sinks text;
  is_wanted boolean;
BEGIN
  -- A repeated batch must change nothing.
  SELECT x.group_id, g.place INTO gid, place
  FROM (
    SELECT y.group_id, y.state, y.last_index FROM orleans_batch.run AS y
    WHERE y.run_id >= append_next_batch.run_id AND y.run_id <= append_next_batch.run_id ORDER BY y.run_id DESC LIMIT 1
  ) AS x
  CROSS JOIN LATERAL (
    SELECT y.ctid AS place FROM orleans_batch.batch_group AS y
    WHERE y.group_id >= x.group_id AND y.group_id <= x.group_id ORDER BY y.group_id DESC LIMIT 1
  ) AS g
  WHERE x.state = 'open' AND x.last_index < append_next_batch.batch_index;
  IF gid IS NULL THEN
    RETURN NULL;
  END IF;

  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.ctid = place AND g.group_id = gid AND g.team_id = append_next_batch.team_id AND g.schema_id = append_next_batch.schema_id
    AND NOT g.is_closed
  RETURNING g.tail_seq, g.last_created_at INTO tail, entered_at;
  IF tail IS NULL THEN
    UPDATE orleans_batch.batch_group AS g
    SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
    WHERE g.group_id = gid AND g.team_id = append_next_batch.team_id AND g.schema_id = append_next_batch.schema_id
      AND NOT g.is_closed
    RETURNING g.tail_seq, g.last_created_at INTO tail, entered_at;
    IF tail IS NULL THEN
      RETURN NULL;
    END IF;
  END IF;

  UPDATE orleans_batch.run AS x
  SET last_index = append_next_batch.batch_index, batch_count = x.batch_count + 1, alive_at = clock_timestamp(),
      state = CASE WHEN append_next_batch.is_final THEN 'sealed' ELSE 'open' END,
      end_seq = CASE WHEN append_next_batch.is_final THEN tail END
  WHERE x.ctid = (
      SELECT y.ctid FROM orleans_batch.run AS y
      WHERE y.run_id >= append_next_batch.run_id AND y.run_id <= append_next_batch.run_id ORDER BY y.run_id DESC LIMIT 1)
    AND x.run_id = append_next_batch.run_id AND x.state = 'open' AND x.last_index < append_next_batch.batch_index
    AND x.sync_type = append_next_batch.sync_type
    AND (append_next_batch.primary_keys IS NULL OR x.primary_keys = append_next_batch.primary_keys)
    AND pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entered_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NOT NULL
  RETURNING x.* INTO r;
  IF r.run_id IS NULL THEN
    UPDATE orleans_batch.batch_group AS g SET tail_seq = tail - 1 WHERE g.group_id = gid;
    RETURN NULL;
  END IF;

  INSERT INTO orleans_batch.log_entry
    (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, metadata, created_at)
  VALUES (gid, tail, 'batch', append_next_batch.run_id, append_next_batch.batch_index, append_next_batch.path,
    append_next_batch.row_count, append_next_batch.byte_size, append_next_batch.is_final, append_next_batch.metadata, entered_at);

  -- Cursors are looked up one by one and not joined: a plan from empty tables must not read full ones from end to end later.
  SELECT bool_or((s.starts_at IS NULL OR s.starts_at <= r.created_at) AND coalesce((
      SELECT o.state FROM orleans_batch.sink_run AS o
      WHERE o.run_id = r.run_id AND o.sink_id >= s.sink_id AND o.sink_id <= s.sink_id ORDER BY o.sink_id DESC LIMIT 1
    ), 'running') = 'running'
    ) FILTER (WHERE s.state = 'active'),
    string_agg(s.sink_id::text, ',') FILTER (WHERE (
      SELECT w.id FROM orleans_batch.wakeup AS w
      WHERE w.sink_id = s.sink_id AND w.team_id = append_next_batch.team_id AND w.group_id = gid AND w.id >= coalesce((
        SELECT c.woken_from FROM orleans_batch.sink_cursor AS c
        WHERE c.group_id = gid AND c.sink_id >= s.sink_id AND c.sink_id <= s.sink_id ORDER BY c.sink_id DESC LIMIT 1), 0)
      ORDER BY w.id DESC LIMIT 1) IS NULL)
  INTO is_wanted, idle_sinks
  FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF NOT is_wanted THEN
    PERFORM orleans_batch.require_wanted(r);
  END IF;
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT append_next_batch.team_id, gid, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;

  -- Only an idle group gets a hint: see append_entry.
  IF idle_sinks IS NOT NULL THEN
    PERFORM orleans_batch.tell_silos(concat_ws(' ', gid, team_id, idle_sinks, schema_id));
  END IF;
  RETURN tail;
END $$;


--
-- Name: append_plain_batches(bigint[], text[], uuid[], integer[], text[], boolean[], bigint[], bigint[], text[], jsonb[], jsonb[], jsonb[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.append_plain_batches(team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes integer[], paths text[], are_final boolean[], row_counts bigint[], byte_sizes bigint[], sync_types text[], primary_keys jsonb[], metadata jsonb[], options jsonb[]) RETURNS bigint[]
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  done record;
  late record;
  moment timestamptz := clock_timestamp();
BEGIN
  WITH given AS (
    SELECT b.place, b.team_id, b.schema_id, b.run_id, b.batch_index, b.path, coalesce(b.is_final, false) AS is_final, b.row_count,
      b.byte_size, coalesce(b.sync_type, 'append') AS sync_type, b.primary_keys, coalesce(b.metadata, '{}') AS metadata,
      coalesce(b.options, '{}') AS options
    FROM unnest(team_ids, schema_ids, run_ids, batch_indexes, paths, are_final, row_counts, byte_sizes, sync_types, primary_keys, metadata,
                options) WITH ORDINALITY
      AS b (team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options,
            place)
  ), numbered AS (
    SELECT g.*, row_number() OVER in_run AS nth, lead(g.place) OVER in_run IS NULL AS closes_run,
      g.batch_index >= 0 AND g.path <> '' AND coalesce(g.row_count, 0) >= 0 AND coalesce(g.byte_size, 0) >= 0
        AND jsonb_typeof(g.metadata) = 'object' AND jsonb_typeof(g.options) = 'object'
        AND (NOT g.is_final OR lead(g.place) OVER in_run IS NULL)
        AND (lag(g.place) OVER in_run IS NULL
          OR (g.batch_index > lag(g.batch_index) OVER in_run AND g.team_id = lag(g.team_id) OVER in_run
            AND g.schema_id = lag(g.schema_id) OVER in_run AND g.sync_type = lag(g.sync_type) OVER in_run
            AND g.primary_keys IS NOT DISTINCT FROM lag(g.primary_keys) OVER in_run
            AND g.options = lag(g.options) OVER in_run)) AS follows
    FROM given AS g
    WINDOW in_run AS (PARTITION BY g.run_id ORDER BY g.place)
  ), headed AS (
    -- Group and run are looked up once for each run, at its first batch here.
    SELECT n.*, g.place AS found_place, g.group_id AS found_group, g.tail_seq AS found_tail, g.last_created_at AS found_time,
      r.run_id IS NULL AS found_none, r.place AS found_run,
      CASE
        WHEN n.nth > 1 THEN true
        WHEN g.is_closed THEN false
        WHEN n.options - '{on_failure,supersede,null_keys,lossy,cdc}'::text[] <> '{}'
          OR n.options -> 'on_failure' NOT IN ('"continue"', '"block"') OR n.options -> 'supersede' NOT IN ('"always"', '"idle"', '"never"')
          OR n.options -> 'null_keys' NOT IN ('"refuse"', '"keep"') OR n.options -> 'lossy' NOT IN ('"refuse"', '"round"') THEN false
        -- The columns of a new cdc run are judged by enqueue.
        WHEN r.run_id IS NULL THEN n.sync_type IN ('append', 'full_refresh', 'incremental') AND NOT n.options ? 'cdc'
          AND array_position(n.columns, NULL) IS NULL AND '' <> ALL (coalesce(n.columns, '{}'))
          AND (n.sync_type <> 'incremental' OR cardinality(n.columns) > 0)
          AND NOT EXISTS (SELECT FROM orleans_batch.forgotten_run AS f WHERE f.run_id = n.run_id)
        ELSE r.group_id = g.group_id AND r.state = 'open' AND r.sync_type = n.sync_type AND n.batch_index > r.last_index
          AND (n.columns IS NULL OR r.primary_keys = n.columns)
          AND coalesce(n.options ->> 'null_keys' = r.null_keys, true) AND coalesce(n.options ->> 'lossy' = r.lossy, true)
          AND (NOT n.options ? 'cdc' OR coalesce(n.options -> 'cdc' = r.cdc, false))
          AND (SELECT coalesce(bool_or(o.state IS NULL), true) FROM orleans_batch.run_outcomes(r.run) AS o WHERE o.upstream_id IS NULL)
      END AS agrees
    FROM (
      SELECT y.*, CASE WHEN y.nth = 1 AND y.primary_keys IS NOT NULL THEN orleans_batch.key_columns(y.primary_keys) END AS columns
      FROM numbered AS y
    ) AS n
    LEFT JOIN LATERAL (
      SELECT x.ctid AS place, x.group_id, x.tail_seq, x.last_created_at, x.is_closed FROM orleans_batch.batch_group AS x
      WHERE n.nth = 1 AND x.team_id = n.team_id AND x.schema_id >= n.schema_id COLLATE "C" AND x.schema_id <= n.schema_id COLLATE "C"
      ORDER BY x.schema_id DESC LIMIT 1
    ) AS g ON true
    LEFT JOIN LATERAL (
      SELECT x.*, x.ctid AS place, x AS run FROM orleans_batch.run AS x
      WHERE n.nth = 1 AND x.run_id >= n.run_id AND x.run_id <= n.run_id ORDER BY x.run_id DESC LIMIT 1
    ) AS r ON true
  ), grouped AS (
    SELECT h.*, first_value(h.found_place) OVER in_run AS group_place, first_value(h.found_group) OVER in_run AS group_id,
      first_value(h.found_tail) OVER in_run AS tail_seq,
      greatest(moment, first_value(h.found_time) OVER in_run) AS created_at, first_value(h.found_none) OVER in_run AS is_new,
      first_value(h.found_run) OVER in_run AS run_place,
      first_value(h.columns) OVER in_run AS key_columns, first_value(h.place) OVER in_run AS first_place
    FROM headed AS h
    WINDOW in_run AS (PARTITION BY h.run_id ORDER BY h.place)
  ), batch AS MATERIALIZED (
    SELECT g.*, g.tail_seq + row_number() OVER in_group AS seq, lead(g.place) OVER in_group IS NULL AS closes_group,
      -- A new full_refresh ends other runs at its first entry. The caller has done so if the run has its group to itself here.
      g.run_id = first_value(g.run_id) OVER in_group
        OR 'full_refresh' NOT IN (g.sync_type, first_value(g.sync_type) OVER in_group) AS is_apart
    FROM grouped AS g
    WINDOW in_group AS (PARTITION BY g.group_id ORDER BY g.place)
  ), verdict AS MATERIALIZED (
    SELECT bool_and(coalesce(
      b.follows AND b.agrees AND b.is_apart AND b.group_id IS NOT NULL AND b.run_id IS NOT NULL
        AND (NOT b.closes_group OR pg_partition_root(to_regclass(
          'orleans_batch.log_entry_' || to_char(b.created_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NOT NULL),
      false)) AS all_plain
    FROM batch AS b
  ), entered AS (
    INSERT INTO orleans_batch.log_entry
      (group_id, seq, kind, run_id, batch_index, path, row_count, byte_size, is_final, metadata, created_at)
    SELECT b.group_id, b.seq, 'batch', b.run_id, b.batch_index, b.path, b.row_count, b.byte_size, b.is_final, b.metadata, b.created_at
    FROM batch AS b WHERE (SELECT v.all_plain FROM verdict AS v)
  ), opened AS (
    INSERT INTO orleans_batch.run (run_id, group_id, sync_type, primary_keys, state, last_index, batch_count, end_seq, on_failure,
      null_keys, lossy, created_at, alive_at)
    SELECT b.run_id, b.group_id, b.sync_type, coalesce(b.key_columns, '{}'), CASE WHEN b.is_final THEN 'sealed' ELSE 'open' END,
      b.batch_index, b.nth, CASE WHEN b.is_final THEN b.seq END,
      coalesce(b.options ->> 'on_failure', 'continue'),
      coalesce(b.options ->> 'null_keys', 'refuse'), coalesce(b.options ->> 'lossy', 'refuse'),
      -- The run whose first batch comes first is the older one, as if each batch were enqueued by itself.
      moment + b.first_place * interval '1 microsecond', moment
    FROM batch AS b WHERE b.closes_run AND b.is_new AND (SELECT v.all_plain FROM verdict AS v)
    ON CONFLICT ON CONSTRAINT run_pk DO NOTHING
    RETURNING 1
  ), continued AS (
    UPDATE orleans_batch.run AS x
    SET last_index = b.batch_index, batch_count = x.batch_count + b.nth, alive_at = moment,
      state = CASE WHEN b.is_final THEN 'sealed' ELSE x.state END, end_seq = CASE WHEN b.is_final THEN b.seq END
    FROM batch AS b WHERE b.closes_run AND NOT b.is_new AND (SELECT v.all_plain FROM verdict AS v) AND x.ctid = b.run_place
    RETURNING 1
  ), raised AS (
    UPDATE orleans_batch.batch_group AS x SET tail_seq = b.seq, last_created_at = b.created_at
    FROM batch AS b WHERE b.closes_group AND (SELECT v.all_plain FROM verdict AS v) AND x.ctid = b.group_place
  ), woken AS (
    INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
    SELECT b.team_id, b.group_id, s.sink_id FROM batch AS b CROSS JOIN orleans_batch.sink AS s
    WHERE b.closes_group AND s.upstream_id IS NULL AND (SELECT v.all_plain FROM verdict AS v)
  )
  SELECT v.all_plain,
    (SELECT array_agg(b.seq ORDER BY b.place) FROM batch AS b) AS seqs,
    (SELECT count(*) FROM batch AS b WHERE b.closes_run AND b.is_new) - (SELECT count(*) FROM opened) AS taken,
    (SELECT count(*) FROM batch AS b WHERE b.closes_run AND NOT b.is_new) - (SELECT count(*) FROM continued) AS moved,
    ARRAY(
      SELECT concat_ws(' ', b.group_id, b.team_id, string_agg(s.sink_id::text, ','), b.schema_id)
      FROM batch AS b CROSS JOIN orleans_batch.sink AS s
      WHERE b.closes_group AND s.upstream_id IS NULL AND (
        SELECT w.id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = s.sink_id AND w.team_id = b.team_id AND w.group_id = b.group_id AND w.id >= coalesce((
          SELECT c.woken_from FROM orleans_batch.sink_cursor AS c
          WHERE c.group_id = b.group_id AND c.sink_id >= s.sink_id AND c.sink_id <= s.sink_id ORDER BY c.sink_id DESC LIMIT 1), 0)
        ORDER BY w.id DESC LIMIT 1) IS NULL
      GROUP BY b.group_id, b.team_id, b.schema_id) AS idle
  INTO done FROM verdict AS v;

  IF NOT done.all_plain THEN
    RETURN NULL;
  ELSIF done.taken > 0 THEN
    RAISE EXCEPTION '% of the runs were enqueued for another group at the same time, so they can''t take batches of these.', done.taken
      USING ERRCODE = 'OB003', HINT = 'Give every run of every group a run id of its own.';
  END IF;
  IF done.moved > 0 THEN
    FOR late IN
      SELECT b.run_id, max(b.batch_index) AS last_index, count(*) AS batches, coalesce(bool_or(b.is_final), false) AS is_final,
        max(b.seq) AS last_seq
      FROM unnest(run_ids, batch_indexes, are_final, done.seqs) AS b (run_id, batch_index, is_final, seq)
      GROUP BY b.run_id
    LOOP
      UPDATE orleans_batch.run AS x
      SET last_index = late.last_index, batch_count = x.batch_count + late.batches, alive_at = moment,
        state = CASE WHEN late.is_final THEN 'sealed' ELSE x.state END, end_seq = CASE WHEN late.is_final THEN late.last_seq END
      WHERE x.run_id = late.run_id AND x.last_index < late.last_index;
    END LOOP;
  END IF;
  -- Only idle groups get a hint, as in append_entry. More than four are the poll's to spread and go by number, 700 in 8,000 bytes.
  IF cardinality(done.idle) <= 4 THEN
    PERFORM orleans_batch.tell_silos(n.told) FROM unnest(done.idle) AS n (told);
  ELSE
    PERFORM orleans_batch.tell_silos(string_agg(split_part(n.told, ' ', 1), ','))
    FROM unnest(done.idle) WITH ORDINALITY AS n (told, place) GROUP BY (n.place - 1) / 700;
  END IF;
  RETURN done.seqs;
END $$;


--
-- Name: ask_upkeep(bigint, text, text, text, bigint, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.ask_upkeep(team_id bigint, schema_id text, sink text, task text, version bigint DEFAULT NULL::bigint, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: attach_partition(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.attach_partition(name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  p record;
BEGIN
  SELECT * INTO STRICT p FROM orleans_batch.day_partition AS d WHERE d.name = attach_partition.name AND d.state = 'detached';
  EXECUTE format('ALTER TABLE orleans_batch.%I ATTACH PARTITION orleans_batch.%I FOR VALUES FROM (%L) TO (%L)',
    p.parent, p.name, p.day::timestamp AT TIME ZONE 'UTC', p.ends_at);
END $$;


--
-- Name: cancel_run(uuid, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.cancel_run(run_id uuid, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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


--
-- Name: cdc_rules(jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.cdc_rules(cdc jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE STRICT
    AS $$
  SELECT '{"deletes": "hard", "history": false}'::jsonb || cdc
$$;


--
-- Name: covering_pauses(bigint, text, smallint); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.covering_pauses(team_id bigint, schema_id text, sink_id smallint) RETURNS TABLE(who text, why text)
    LANGUAGE sql STABLE
    AS $$
  SELECT p.who, p.why FROM orleans_batch.pause AS p
  WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[covering_pauses.team_id::text, ''])
    AND coalesce(p.schema_id, '') = ANY (ARRAY[covering_pauses.schema_id, ''])
    AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[covering_pauses.sink_id, 0::smallint])
  UNION ALL
  SELECT f.who, 'the group is being forgotten (' || f.why || ')' FROM orleans_batch.forgetting AS f
  WHERE f.team_id = covering_pauses.team_id AND f.schema_id = covering_pauses.schema_id
$$;


--
-- Name: disable_sink(text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.disable_sink(name text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: doctor(interval, interval, interval); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor(stuck_after interval DEFAULT '02:00:00'::interval, silent_after interval DEFAULT '02:00:00'::interval, waiting_after interval DEFAULT '00:05:00'::interval) RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  SELECT f.code, f.severity, f.subject,
    f.message || CASE WHEN f.n = 50 AND f.total > 50 THEN format(' There are %s more like it.', f.total - 50) ELSE '' END, f.remedy
  FROM (
    SELECT a.*, row_number() OVER (PARTITION BY a.code ORDER BY a.subject) AS n, count(*) OVER (PARTITION BY a.code) AS total
    FROM (
      SELECT * FROM orleans_batch.doctor_partitions()
      UNION ALL SELECT * FROM orleans_batch.doctor_sinks()
      UNION ALL SELECT * FROM orleans_batch.doctor_silos()
      UNION ALL SELECT * FROM orleans_batch.doctor_alone()
      UNION ALL SELECT * FROM orleans_batch.doctor_groups(stuck_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_not_ready(waiting_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_pauses()
      UNION ALL SELECT * FROM orleans_batch.doctor_forgets()
      UNION ALL SELECT * FROM orleans_batch.doctor_runs(silent_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_failed_runs()
    ) AS a
  ) AS f
  WHERE f.n <= 50
  ORDER BY f.severity, f.code, f.n
$$;


--
-- Name: doctor_age(timestamp with time zone); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_age(since timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN age < interval '2 minutes' THEN floor(extract(epoch FROM age)) || ' s'
    WHEN age < interval '2 hours' THEN floor(extract(epoch FROM age) / 60) || ' min'
    WHEN age < interval '2 days' THEN floor(extract(epoch FROM age) / 3600) || ' h'
    ELSE floor(extract(epoch FROM age) / 86400) || ' days'
  END
  FROM (SELECT statement_timestamp() - since AS age) AS a
$$;


--
-- Name: doctor_alone(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_alone() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  SELECT 'silo_alone', 'warning', b.silo,
    format('Silo %s %s entry %s of group %s/%s in sink %s alone%s, because its owner was lost there %s times. '
        || '%s groups wait until that batch has ended: no other silo serves their sink.',
      n.shown, CASE WHEN b.since IS NULL THEN 'takes no batch until it can run' ELSE 'runs' END, b.seq, b.team_id, b.schema_id, b.sink,
      coalesce(' for ' || orleans_batch.doctor_age(b.since), ''), b.losses, b.groups_waiting),
    format('Nothing, they go on when it has ended; orleansbatch serve --sinks %s starts another silo for them.',
      orleans_batch.doctor_word(b.sink))
  FROM orleans_batch.lone_batch AS b
  CROSS JOIN LATERAL (
    SELECT coalesce((
      SELECT format('%s (process %s on %s)', v.silo, v.process_id, v.host) FROM orleans_batch.serving_silo AS v
      WHERE v.silo = b.silo AND v.host IS NOT NULL LIMIT 1), b.silo) AS shown) AS n
  WHERE b.groups_waiting > 0
$$;


--
-- Name: doctor_failed_runs(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_failed_runs() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $_$
  SELECT 'run_failed', 'error', r.run_id::text,
    format('Run %s of group %s/%s failed in sink %s %s ago, and nobody has looked after it: %s', r.run_id, g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(o.finished_at), coalesce(o.first_error, 'no reason is on record.')),
    format('orleansbatch show %1$s; mend the cause, then orleansbatch retry %1$s; or orleansbatch acknowledge %1$s', r.run_id)
  FROM orleans_batch.sink_run AS o
  JOIN orleans_batch.run AS r ON r.run_id = o.run_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = o.sink_id
  WHERE o.state = 'failed' AND r.state <> 'cancelled' AND NOT g.is_closed
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_action AS a WHERE a.verb = 'acknowledge' AND a.subject = r.run_id::text)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      WHERE t.group_id = r.group_id AND t.origin_run_id = coalesce(r.origin_run_id, r.run_id) AND t.created_at > r.created_at)
    AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS t
      JOIN orleans_batch.sink_run AS k ON k.run_id = t.run_id AND k.sink_id = o.sink_id AND k.state = 'succeeded'
      WHERE t.group_id = r.group_id AND t.sync_type = 'full_refresh' AND t.created_at > r.created_at)
$_$;


--
-- Name: doctor_forgets(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_forgets() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  SELECT 'forget_open', 'warning', format('%s/%s', f.team_id, f.schema_id),
    format('Group %s/%s is being forgotten, as %s asked %s ago (%s). %s', f.team_id, f.schema_id, f.who,
      orleans_batch.doctor_age(f.asked_at), f.why,
      coalesce(w.message, 'Its sinks are done with it, and the next sweep takes it out of the queue.')),
    coalesce(w.remedy, 'orleansbatch serve (its sweep does it within SweepPeriod, 30 s)')
  FROM orleans_batch.forgetting AS f
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(f.team_id || '/' || f.schema_id) AS word) AS n
  LEFT JOIN LATERAL (
    SELECT string_agg(x.message, ' ' ORDER BY x.name) AS message, (array_agg(x.remedy ORDER BY x.rank, x.name))[1] AS remedy
    FROM (
      SELECT s.name, t.rank,
        CASE t.rank
          WHEN 1 THEN format('Sink %s could not remove what it holds, tried %s times: %s', s.name, q.tries, q.last_error)
          WHEN 2 THEN format('In sink %s silo %s finishes entry %s first, at work on it for %s.', s.name, c.owner, c.next_seq,
            orleans_batch.doctor_age(c.claimed_at))
          WHEN 3 THEN format('Sink %s is disabled.', s.name)
          WHEN 4 THEN format('No silo that is running serves sink %s.', s.name)
          ELSE format('Sink %s has yet to remove what it holds.', s.name)
        END AS message,
        CASE t.rank
          WHEN 1 THEN format('Mend what the sentence says: it is tried again by itself. Or leave what the sink holds: '
            || 'orleansbatch forget %s --leave %s --reason "..."', n.word, k.word)
          WHEN 2 THEN format('Nothing, or end that batch: orleansbatch evict %s --sink %s', n.word, k.word)
          WHEN 3 THEN format('orleansbatch sink enable %s (or orleansbatch forget %s --leave %s --reason "...")', k.word, n.word, k.word)
          WHEN 4 THEN format('orleansbatch serve --sinks %s (or orleansbatch forget %s --leave %s --reason "...")', k.word, n.word, k.word)
          ELSE 'orleansbatch serve'
        END AS remedy
      FROM orleans_batch.sink_cursor AS c
      JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
      CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(s.name) AS word) AS k
      LEFT JOIN LATERAL (
        SELECT y.tries, y.last_error FROM orleans_batch.operator_request AS y
        WHERE y.group_id = f.group_id AND y.sink_id = c.sink_id AND y.kind = 'forget' AND y.done_at IS NULL LIMIT 1) AS q ON true
      LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = c.group_id AND h.sink_id = c.sink_id
      CROSS JOIN LATERAL (
        SELECT CASE
          WHEN q.last_error IS NOT NULL THEN 1
          WHEN h.backend_pid IS NOT NULL AND c.claimed_to >= c.next_seq THEN 2
          WHEN s.state = 'disabled' THEN 3
          WHEN NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = s.sink_id) THEN 4
          ELSE 5
        END AS rank) AS t
      WHERE c.group_id = f.group_id AND c.sink_id <> ALL (f.left_sinks) AND NOT EXISTS (
        SELECT FROM orleans_batch.operator_request AS y
        WHERE y.group_id = f.group_id AND y.sink_id = c.sink_id AND y.kind = 'forget' AND y.removed IS NOT NULL)
    ) AS x
  ) AS w ON true
$$;


--
-- Name: doctor_groups(interval); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_groups(stuck_after interval) RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  SELECT 'wakeup_lost', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s has %s unfinished entries in sink %s and no wakeup, so no silo looks at it.', g.team_id, g.schema_id,
      least(g.tail_seq, u.next_seq - 1) - coalesce(c.next_seq, 1) + 1, s.name),
    'orleansbatch serve (its sweep mends it within SweepPeriod, 30 s)'
  FROM orleans_batch.batch_group AS g
  CROSS JOIN orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id AND c.sink_id = s.sink_id
  LEFT JOIN orleans_batch.sink_cursor AS u ON u.group_id = g.group_id AND u.sink_id = s.upstream_id
  WHERE s.state <> 'adding' AND NOT g.is_closed AND (s.upstream_id IS NULL OR u.next_seq IS NOT NULL)
    AND least(g.tail_seq, u.next_seq - 1) >= coalesce(c.next_seq, 1)
    AND NOT EXISTS (SELECT FROM orleans_batch.wakeup AS w
                    WHERE w.team_id = g.team_id AND w.group_id = g.group_id AND w.sink_id = s.sink_id)
    AND NOT EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = g.group_id AND p.sink_id = s.sink_id)
  UNION ALL
  SELECT 'group_blocked', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s is stopped in sink %s: %s', g.team_id, g.schema_id, s.name, coalesce(p.error, 'a run failed.')),
    format('orleansbatch unblock %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
      orleans_batch.doctor_word(s.name))
  FROM orleans_batch.parked AS p
  JOIN orleans_batch.batch_group AS g ON g.group_id = p.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
  WHERE p.reason = 'blocked' AND NOT g.is_closed
  UNION ALL
  SELECT 'batch_stuck', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Silo %s has been at entry %s of group %s/%s in sink %s for %s.', c.owner, c.next_seq, g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(c.claimed_at)),
    format('orleansbatch evict %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
      orleans_batch.doctor_word(s.name))
  FROM orleans_batch.held_lock AS h
  JOIN orleans_batch.sink_cursor AS c ON c.group_id = h.group_id AND c.sink_id = h.sink_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
  WHERE c.claimed_to >= c.next_seq AND c.claimed_at < statement_timestamp() - stuck_after
  UNION ALL
  SELECT 'request_open', 'warning', format('request %s', q.request_id),
    format('%s asked %s ago to %s entry %s of group %s/%s in sink %s (%s), and no owner has done so.', q.who,
      orleans_batch.doctor_age(q.created_at), CASE q.kind WHEN 'skip' THEN 'skip' ELSE 'replay from' END, q.seq, g.team_id, g.schema_id,
      s.name, coalesce(nullif(q.why, ''), 'no reason given')),
    CASE WHEN h.backend_pid IS NOT NULL THEN
      format('orleansbatch evict %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
        orleans_batch.doctor_word(s.name))
    ELSE format('orleansbatch serve --sinks %s', orleans_batch.doctor_word(s.name)) END
  FROM orleans_batch.operator_request AS q
  JOIN orleans_batch.batch_group AS g ON g.group_id = q.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = q.sink_id
  LEFT JOIN orleans_batch.held_lock AS h ON h.group_id = q.group_id AND h.sink_id = q.sink_id
  WHERE q.done_at IS NULL AND NOT g.is_closed AND q.created_at < statement_timestamp() - interval '5 minutes'
    -- A skip takes effect only once the sink comes to the batch.
    AND (q.kind = 'replay' OR EXISTS (
      SELECT FROM orleans_batch.sink_cursor AS c WHERE c.group_id = q.group_id AND c.sink_id = q.sink_id AND c.next_seq >= q.seq))
$$;


--
-- Name: doctor_not_ready(interval); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_not_ready(waiting_after interval) RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  SELECT 'not_ready', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s has waited for sink %s for %s, asked %s times: %s', g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(n.since), n.tries, n.reason),
    CASE n.code
      WHEN 'locked' THEN 'Close the program that holds the file; the group goes on by itself.'
      WHEN 'missing' THEN
        format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'behind' THEN
        format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'no_space' THEN 'Free space where the sink writes to; the groups go on by themselves.'
      WHEN 'unwritable' THEN 'Have the destination mounted and writable for the silo''s account; the groups go on by themselves.'
      WHEN 'no_memory' THEN 'Give the silo more memory or fewer slots; the groups go on by themselves.'
      WHEN 'unreachable' THEN 'Put the file where a silo reads, or start one that reaches it: orleansbatch serve --roots DIRECTORY'
      WHEN 'alone' THEN 'Nothing, it goes on by itself; orleansbatch serve starts another silo for it.'
      ELSE 'Do what the sentence says; the group goes on by itself.'
    END
  FROM orleans_batch.not_ready AS n
  JOIN orleans_batch.batch_group AS g ON g.group_id = n.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id AND s.state <> 'disabled'
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = n.group_id AND c.sink_id = n.sink_id
  LEFT JOIN orleans_batch.parked AS p ON p.group_id = n.group_id AND p.sink_id = n.sink_id
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(g.team_id || '/' || g.schema_id) AS word) AS w
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(s.name) AS word) AS k
  WHERE n.since < statement_timestamp() - waiting_after AND n.seq = coalesce(c.next_seq, 1) AND n.seq <= g.tail_seq AND NOT g.is_closed
    AND coalesce(p.reason, 'not_ready') = 'not_ready'
$$;


--
-- Name: doctor_partitions(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_partitions() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    AS $_$
  SELECT 'partition_missing', CASE WHEN min(d.day) <= d.today + 1 THEN 'error' ELSE 'warning' END, d.parent,
    format('There is no partition of %s for %s: %s', d.parent, string_agg(d.day::text, ', ' ORDER BY d.day),
      CASE d.parent WHEN 'log_entry' THEN 'nothing can be enqueued on that day.' ELSE 'nothing can be finished on that day.' END),
    'orleansbatch migrate'
  FROM (
    SELECT p.parent, (statement_timestamp() AT TIME ZONE 'UTC')::date AS today,
      (statement_timestamp() AT TIME ZONE 'UTC')::date + n AS day, n
    FROM (VALUES ('log_entry'), ('batch_attempt')) AS p(parent), generate_series(0, 7) AS n
  ) AS d
  WHERE to_regclass('orleans_batch.' || d.parent || '_' || to_char(d.day, 'YYYYMMDD')) IS NULL
    AND (d.n < 7 OR (statement_timestamp() AT TIME ZONE 'UTC')::time > '00:10')
  GROUP BY d.parent, d.today
  UNION ALL
  SELECT 'partition_detached', 'error', c.relname::text,
    format('Partition %s is not attached: what is in it is not seen, and nothing can be written for its day.', c.relname),
    format('ALTER TABLE orleans_batch.%s ATTACH PARTITION orleans_batch.%s FOR VALUES FROM (%L) TO (%L);',
      c.parent, c.relname, c.day::timestamp AT TIME ZONE 'UTC', (c.day + 1)::timestamp AT TIME ZONE 'UTC')
  FROM (
    SELECT r.relname, substring(r.relname FROM '^(.*)_[0-9]{8}$') AS parent, to_date(right(r.relname, 8), 'YYYYMMDD') AS day
    FROM pg_catalog.pg_class AS r
    WHERE r.relnamespace = 'orleans_batch'::regnamespace AND r.relkind = 'r' AND NOT r.relispartition
      AND r.relname ~ '^(log_entry|batch_attempt)_[0-9]{8}$'
  ) AS c
$_$;


--
-- Name: doctor_pauses(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_pauses() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  WITH held AS (
    SELECT n.scope, p.created_at, w.waiting,
      format('%s has been paused for %s, by %s (%s); %s entries wait.', upper(left(n.scope, 1)) || substr(n.scope, 2),
        orleans_batch.doctor_age(p.created_at), p.who, coalesce(nullif(p.why, ''), 'no reason given'), w.waiting) AS message,
      'orleansbatch resume' || coalesce(' ' || orleans_batch.doctor_word(p.team_id || coalesce('/' || p.schema_id, '')), '')
        || coalesce(' --sink ' || orleans_batch.doctor_word(s.name), '')
        || CASE WHEN p.team_id IS NULL AND p.sink_id IS NULL THEN ' --all' ELSE '' END AS remedy
    FROM orleans_batch.pause AS p
    LEFT JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id
    CROSS JOIN LATERAL (
      SELECT orleans_batch.scope_name(p.team_id, p.schema_id, s.name) AS scope
    ) AS n
    CROSS JOIN LATERAL (
      -- The groups of one team are looked up, and the groups of all teams are read. One of the two parts is always empty.
      SELECT coalesce(sum(g.tail_seq - coalesce(c.next_seq, 1) + 1), 0) AS waiting
      FROM (
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x
        WHERE x.team_id = p.team_id AND (p.schema_id IS NULL OR x.schema_id = p.schema_id)
        UNION ALL
        SELECT x.group_id, x.tail_seq FROM orleans_batch.batch_group AS x WHERE p.team_id IS NULL
      ) AS g
      JOIN orleans_batch.sink AS k ON p.sink_id IS NULL OR k.sink_id = p.sink_id
      LEFT JOIN LATERAL (
        SELECT y.next_seq FROM orleans_batch.sink_cursor AS y WHERE y.group_id = g.group_id AND y.sink_id = k.sink_id LIMIT 1
      ) AS c ON true
      WHERE g.tail_seq >= coalesce(c.next_seq, 1)
    ) AS w
  )
  SELECT 'pause_forgotten', 'warning', h.scope, h.message, h.remedy FROM held AS h
  WHERE h.created_at < statement_timestamp() - interval '1 day'
  UNION ALL
  SELECT 'work_paused', 'warning', h.scope, h.message, h.remedy FROM held AS h
  WHERE h.created_at >= statement_timestamp() - interval '1 day' AND h.waiting > 0
  UNION ALL
  SELECT 'partition_held', 'warning', h.sink,
    format('The log can''t be dropped from %s on: %s groups have entries of two days ago or older that sink %s has not passed, because %s.',
      (min(e.created_at) AT TIME ZONE 'UTC')::date, count(*), h.sink,
      CASE h.cause WHEN 'disabled' THEN 'it is disabled' WHEN 'paused' THEN 'they are paused' ELSE 'a failed run stopped them' END),
    CASE h.cause WHEN 'disabled' THEN format('orleansbatch sink enable %s', orleans_batch.doctor_word(h.sink))
      WHEN 'paused' THEN 'orleansbatch resume, with the scope of the pause'
      ELSE format('orleansbatch unblock GROUP --sink %s', orleans_batch.doctor_word(h.sink)) END
  FROM (
    SELECT s.name AS sink, c.cause, c.group_id, c.next_seq, c.floor_at
    FROM orleans_batch.sink AS s
    CROSS JOIN LATERAL (
      SELECT g.group_id, coalesce(k.next_seq, 1) AS next_seq, coalesce(k.floor_at, '-infinity') AS floor_at,
        CASE WHEN s.state = 'disabled' THEN 'disabled' ELSE p.reason END AS cause
      FROM orleans_batch.batch_group AS g
      LEFT JOIN orleans_batch.sink_cursor AS k ON k.group_id = g.group_id AND k.sink_id = s.sink_id
      LEFT JOIN orleans_batch.parked AS p ON p.group_id = g.group_id AND p.sink_id = s.sink_id
      WHERE g.tail_seq >= coalesce(k.next_seq, 1) AND (s.state = 'disabled' OR p.reason IN ('paused', 'blocked'))
      -- The 1000 oldest groups are enough for a finding.
      ORDER BY k.floor_at NULLS FIRST
      LIMIT 1000
    ) AS c
  ) AS h
  JOIN orleans_batch.log_entry AS e ON e.group_id = h.group_id AND e.seq = h.next_seq AND e.created_at >= h.floor_at
  WHERE e.created_at < date_trunc('day', statement_timestamp(), 'UTC') - interval '1 day'
  GROUP BY h.sink, h.cause
$$;


--
-- Name: doctor_runs(interval); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_runs(silent_after interval) RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $_$
  SELECT 'run_silent', 'warning', r.run_id::text,
    format('Run %1$s of group %2$s/%3$s is open, and its producer has given no sign for %4$s: it may have died. '
      || 'If the run has all its batches, "orleansbatch seal %1$s" ends it as complete.',
      r.run_id, g.team_id, g.schema_id, orleans_batch.doctor_age(r.alive_at)),
    format('orleansbatch cancel %s --reason "..."', r.run_id)
  FROM orleans_batch.run AS r
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  WHERE r.state = 'open' AND r.alive_at < statement_timestamp() - silent_after AND NOT g.is_closed
  UNION ALL
  SELECT 'run_mismatch', 'error', r.run_id::text,
    CASE o.state WHEN 'running' THEN
      format('Run %s of group %s/%s is still running in sink %s, although the sink has passed its end (entry %s).', r.run_id, g.team_id,
        g.schema_id, s.name, r.end_seq)
    ELSE
      format('Run %s of group %s/%s has succeeded in sink %s, although the sink has not reached its end (entry %s, it is at %s).', r.run_id,
        g.team_id, g.schema_id, s.name, r.end_seq, c.next_seq)
    END,
    CASE o.state WHEN 'running' THEN
      format('orleansbatch replay %s --from %s --sink %s', orleans_batch.doctor_word(g.team_id || '/' || g.schema_id),
        (SELECT min(e.seq) FROM orleans_batch.log_entry AS e WHERE e.run_id = r.run_id), orleans_batch.doctor_word(s.name))
    ELSE format('orleansbatch show %s (the sink comes to its end again by itself; was the database restored?)', r.run_id) END
  FROM orleans_batch.sink_run AS o
  JOIN orleans_batch.run AS r ON r.run_id = o.run_id
  JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = o.sink_id
  JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = o.sink_id
  WHERE NOT g.is_closed AND (o.state = 'running' AND r.end_seq < c.next_seq
    OR o.state = 'succeeded' AND r.state = 'sealed' AND r.end_seq >= c.next_seq AND coalesce(c.replay_to, 0) < r.end_seq)
  UNION ALL
  SELECT 'notification_failing', 'warning', n.run_id::text,
    format('A hook has failed %s times to take note of the end of run %s in sink %s: %s', n.tries, n.run_id, s.name, n.last_error),
    format('Mend the hook; it is tried again by itself. orleansbatch show %s says how the run ended.', n.run_id)
  FROM orleans_batch.run_notification AS n
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id
  WHERE n.tries >= 3 AND n.last_error IS NOT NULL
$_$;


--
-- Name: doctor_silos(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_silos() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $$
  WITH serving AS MATERIALIZED (
    SELECT v.*, coalesce(format('silo %s (process %s on %s)', v.silo, v.process_id, v.host), format('silo %s', v.silo)) AS shown
    FROM orleans_batch.serving_silo AS v
  ), destination AS (
    SELECT v.sink, v.destination, string_agg(v.shown, ', ' ORDER BY v.silo) AS silos
    FROM serving AS v WHERE v.destination IS NOT NULL GROUP BY v.sink, v.destination
  ), roots AS (
    SELECT v.sink, r.roots, string_agg(v.shown, ', ' ORDER BY v.silo) AS silos
    FROM serving AS v
    CROSS JOIN LATERAL (SELECT array_to_string(ARRAY(SELECT x FROM unnest(v.input_roots) AS x ORDER BY x), ', ') AS roots) AS r
    WHERE r.roots <> '' GROUP BY v.sink, r.roots
  ), served AS (
    SELECT s.sinks, string_agg(s.shown, ', ' ORDER BY s.shown) AS silos
    FROM (SELECT v.shown, string_agg(v.sink, ' and ' ORDER BY v.sink) AS sinks FROM serving AS v GROUP BY v.shown) AS s
    GROUP BY s.sinks
  ), program AS (
    SELECT p.version, string_agg(p.shown, ', ' ORDER BY p.shown) AS silos
    FROM (SELECT DISTINCT coalesce(v.version, 'unknown') AS version, v.shown FROM serving AS v) AS p
    GROUP BY p.version
  ), hung AS (
    SELECT v.silo, v.shown, v.sink, count(*) AS calls, min(y.since) AS since, o.slots,
      (array_agg(g.team_id || '/' || g.schema_id ORDER BY y.since))[1] AS longest,
      -- True when a group of these calls has work that no other silo can take.
      bool_or(g.tail_seq >= coalesce(c.next_seq, 1) AND NOT EXISTS (
        SELECT FROM serving AS x WHERE x.sink_id = y.sink_id AND NOT EXISTS (
          SELECT FROM orleans_batch.hung_call AS z WHERE z.silo = x.silo AND z.group_id = y.group_id AND z.sink_id = y.sink_id))) AS stops
    FROM orleans_batch.hung_call AS y
    JOIN serving AS v ON v.silo = y.silo AND v.sink_id = y.sink_id
    JOIN orleans_batch.batch_group AS g ON g.group_id = y.group_id
    LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = y.group_id AND c.sink_id = y.sink_id
    LEFT JOIN orleans_batch.silo AS o ON o.name = y.silo
    GROUP BY v.silo, v.shown, v.sink, o.slots
  )
  SELECT 'destinations_differ', 'error', d.sink,
    format('The silos that serve sink %s write to different places: %s. A group''s rows would be spread over them.', d.sink,
      string_agg(d.silos || ' to ' || d.destination, '; ' ORDER BY d.destination)),
    'Stop one of them, or start all with the same destination: orleansbatch serve --lake DIRECTORY'
  FROM destination AS d GROUP BY d.sink HAVING count(*) > 1
  UNION ALL
  SELECT 'roots_differ', 'warning', r.sink,
    format('The silos that serve sink %s read batches from different directories: %s. A group waits for a silo that reaches its file.',
      r.sink, string_agg(r.silos || ' from ' || r.roots, '; ' ORDER BY r.roots)),
    'Start all with the same directories: orleansbatch serve --roots DIRECTORY'
  FROM roots AS r GROUP BY r.sink HAVING count(*) > 1
  UNION ALL
  SELECT 'sinks_differ', 'warning', 'silos',
    format('The silos serve different sinks: %s. A sink has only the slots of its own silos.',
      string_agg(s.silos || ' ' || s.sinks, '; ' ORDER BY s.sinks)),
    'Start all with the same sinks, if this is not meant: orleansbatch serve --sinks NAMES'
  FROM served AS s HAVING count(*) > 1
  UNION ALL
  SELECT 'versions_differ', 'warning', 'silos',
    format('The silos are of different versions: %s.', string_agg(p.silos || ' ' || p.version, '; ' ORDER BY p.version)),
    'Bring all silos to one version once the upgrade is over.'
  FROM program AS p HAVING count(*) > 1
  UNION ALL
  SELECT 'silo_unreached', 'error', u.silo,
    format('Silo %s has not reached silo %s at %s for %s. Batches go on. '
      || 'Calls between these silos fail, and one of them may be declared dead.',
      u.silo, u.peer, u.address, orleans_batch.doctor_age(u.since)),
    'Let the hosts through to each other''s silo and gateway ports.'
  FROM orleans_batch.unreached_silo AS u
  WHERE u.seen_at > statement_timestamp() - interval '30 seconds'
  UNION ALL
  SELECT 'silo_hung', CASE WHEN h.stops OR h.calls >= h.slots THEN 'error' ELSE 'warning' END, h.silo,
    format('%s must be restarted: sink %s was cancelled in %s of its %s slots and does not return, the longest for %s, in group %s.%s',
      upper(left(h.shown, 1)) || substr(h.shown, 2), h.sink, h.calls, coalesce(h.slots::text, '?'),
      orleans_batch.doctor_age(h.since), h.longest,
      CASE WHEN h.stops THEN ' No other silo can take what waits there.' ELSE '' END),
    format('Restart %s. Its groups go on elsewhere, or there again.', h.shown)
  FROM hung AS h
$$;


--
-- Name: doctor_sinks(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_sinks() RETURNS TABLE(code text, severity text, subject text, message text, remedy text)
    LANGUAGE sql STABLE
    SET jit TO 'off'
    AS $_$
  SELECT 'sink_unserved', CASE WHEN w.groups > 0 THEN 'error' ELSE 'warning' END, s.name,
    format('Sink %s is active, but no silo that is running serves it; %s groups wait for it.', s.name, w.groups),
    format('orleansbatch serve --sinks %1$s (or orleansbatch sink disable %1$s)', orleans_batch.doctor_word(s.name))
  FROM orleans_batch.sink AS s
  CROSS JOIN LATERAL (SELECT count(DISTINCT x.group_id) AS groups FROM orleans_batch.wakeup AS x WHERE x.sink_id = s.sink_id) AS w
  WHERE s.state = 'active' AND NOT EXISTS (SELECT FROM orleans_batch.serving_silo AS v WHERE v.sink_id = s.sink_id)
  UNION ALL
  SELECT 'sink_adding', 'warning', s.name,
    format('Sink %s is still being added: a silo gives it its groups once every transaction that is older has ended%s.', s.name,
      coalesce((SELECT format('; the oldest one is open for %s in backend %s', orleans_batch.doctor_age(a.xact_start), a.pid)
                FROM pg_catalog.pg_stat_activity AS a
                WHERE a.backend_xid IS NOT NULL AND a.pid <> pg_backend_pid() ORDER BY a.xact_start LIMIT 1), '')),
    'orleansbatch serve (its sweep finishes it)'
  FROM orleans_batch.sink AS s
  WHERE s.state = 'adding'
  UNION ALL
  SELECT 'cursor_orphaned', 'warning', format('group %s, sink %s', c.group_id, c.sink_id),
    format('There is a cursor of group number %s in sink number %s, but no such %s.', c.group_id, c.sink_id,
      CASE WHEN g.group_id IS NULL THEN 'group' ELSE 'sink' END),
    format('DELETE FROM orleans_batch.sink_cursor WHERE group_id = %s AND sink_id = %s;', c.group_id, c.sink_id)
  FROM orleans_batch.sink_cursor AS c
  LEFT JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id
  LEFT JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
  WHERE g.group_id IS NULL OR s.sink_id IS NULL
$_$;


--
-- Name: doctor_word(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.doctor_word(name text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT CASE WHEN name ~ '^[A-Za-z0-9_./:@-]+$' THEN name ELSE '''' || replace(name, '''', '''\''''') || '''' END
$_$;


--
-- Name: drop_partition(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.drop_partition(name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (SELECT p.state FROM orleans_batch.day_partition AS p WHERE p.name = drop_partition.name) IS DISTINCT FROM 'detached' THEN
    RAISE EXCEPTION 'Partition % is not detached, so it is not dropped.', name USING ERRCODE = 'OB039',
      HINT = 'Leave partitions to the sweep, which detaches them first.';
  END IF;
  EXECUTE format('DROP TABLE orleans_batch.%I', name);
END $$;


--
-- Name: enable_sink(text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.enable_sink(name text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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


SET default_table_access_method = heap;

--
-- Name: run; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.run (
    run_id uuid NOT NULL,
    group_id integer NOT NULL,
    sync_type text NOT NULL,
    primary_keys text[] NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    last_index integer DEFAULT '-1'::integer NOT NULL,
    batch_count bigint DEFAULT 0 NOT NULL,
    end_seq bigint,
    origin_run_id uuid,
    on_failure text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    alive_at timestamp with time zone NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    null_keys text DEFAULT 'refuse'::text NOT NULL,
    lossy text DEFAULT 'refuse'::text NOT NULL,
    retried_as uuid,
    cdc jsonb
)
WITH (fillfactor='50');


--
-- Name: end_run(orleans_batch.run, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.end_run(r orleans_batch.run, state text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: enqueue(bigint, text, uuid, integer, text, boolean, bigint, bigint, text, text[], jsonb, jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.enqueue(team_id bigint, schema_id text, run_id uuid, batch_index integer, path text, is_final boolean DEFAULT false, row_count bigint DEFAULT NULL::bigint, byte_size bigint DEFAULT NULL::bigint, sync_type text DEFAULT 'append'::text, primary_keys text[] DEFAULT NULL::text[], metadata jsonb DEFAULT '{}'::jsonb, options jsonb DEFAULT '{}'::jsonb) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
  known orleans_batch.log_entry;
  entry orleans_batch.log_entry;
  origin uuid;
  is_new boolean := false;
  appended bigint;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF options = '{}' AND path <> '' AND batch_index >= 0 AND coalesce(row_count, 0) >= 0 AND coalesce(byte_size, 0) >= 0
    AND jsonb_typeof(metadata) = 'object'
  THEN
    appended := orleans_batch.append_next_batch(
      team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata);
    IF appended IS NOT NULL THEN
      RETURN appended;
    END IF;
  END IF;
  PERFORM orleans_batch.require_valid_batch(
    team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options);

  origin := (options #>> '{origin,run_id}')::uuid;
  gid := orleans_batch.lock_group(team_id, schema_id);

  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  IF r.run_id IS NULL THEN
    IF EXISTS (SELECT FROM orleans_batch.forgotten_run AS f WHERE f.run_id = enqueue.run_id) THEN
      RAISE EXCEPTION 'Run % was forgotten with its group, so it takes no further batches.', enqueue.run_id
        USING ERRCODE = 'OB048', HINT = 'Enqueue the data as a new run, under a new run id: the group begins anew with it.';
    END IF;
    INSERT INTO orleans_batch.run
      (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, cdc, origin_run_id, created_at, alive_at)
    VALUES (enqueue.run_id, gid, enqueue.sync_type, coalesce(enqueue.primary_keys, '{}'),
            coalesce(options ->> 'on_failure', CASE enqueue.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
            coalesce(options ->> 'null_keys', 'refuse'), coalesce(options ->> 'lossy', 'refuse'),
            orleans_batch.cdc_rules(options -> 'cdc'), origin, clock_timestamp(), clock_timestamp())
    ON CONFLICT ON CONSTRAINT run_pk DO NOTHING;
    SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
    is_new := true;
  END IF;
  IF r.group_id <> gid THEN
    RAISE EXCEPTION 'Run % belongs to another group, so it can''t take a batch of %/%.', enqueue.run_id, team_id, schema_id
      USING ERRCODE = 'OB003', HINT = 'Give every run of every group a run id of its own.';
  END IF;

  IF is_new AND r.sync_type = 'full_refresh' THEN
    PERFORM orleans_batch.supersede_runs(r, coalesce(options ->> 'supersede', 'idle'));
  END IF;

  IF path IS NULL THEN
    RETURN orleans_batch.seal(r);
  END IF;

  IF batch_index <= r.last_index THEN
    SELECT * INTO known FROM orleans_batch.log_entry AS e
    WHERE e.run_id = enqueue.run_id AND e.batch_index = enqueue.batch_index AND e.created_at >= r.created_at - interval '1 hour';
    IF known.seq IS NULL THEN
      PERFORM orleans_batch.require_open(r);
      RAISE EXCEPTION 'Batch index % of run % goes backwards: index % is already enqueued.', batch_index, enqueue.run_id, r.last_index
        USING ERRCODE = 'OB009', HINT = 'Number the batches of a run in the order in which they are to be applied.';
    ELSIF known.path <> enqueue.path THEN
      RAISE EXCEPTION 'Batch % of run % is already enqueued with the path "%", not "%".', batch_index, enqueue.run_id, known.path, path
        USING ERRCODE = 'OB010', HINT = 'Repeat a batch with the path it had, or give new data a new index.';
    END IF;
    IF is_final AND r.state = 'open' THEN
      PERFORM orleans_batch.seal(r);
    END IF;
    RETURN known.seq;
  END IF;

  PERFORM orleans_batch.require_open(r);
  PERFORM orleans_batch.require_wanted(r);
  IF r.sync_type <> enqueue.sync_type OR (primary_keys IS NOT NULL AND r.primary_keys <> primary_keys) THEN
    RAISE EXCEPTION 'Run % is % with primary keys %, as its first batch said, but batch % says % with primary keys %.',
      enqueue.run_id, r.sync_type, r.primary_keys, batch_index, enqueue.sync_type, coalesce(primary_keys, r.primary_keys)
      USING ERRCODE = 'OB011', HINT = 'Pass the same sync_type and primary_keys with every batch of a run.';
  ELSIF options ->> 'null_keys' <> r.null_keys OR options ->> 'lossy' <> r.lossy THEN
    RAISE EXCEPTION 'Run % has the options null_keys % and lossy %, as its first batch said, but batch % says null_keys % and lossy %.',
      enqueue.run_id, r.null_keys, r.lossy, batch_index, coalesce(options ->> 'null_keys', r.null_keys),
      coalesce(options ->> 'lossy', r.lossy)
      USING ERRCODE = 'OB011', HINT = 'Pass the same options with every batch of a run, or pass them with the first one only.';
  ELSIF orleans_batch.cdc_rules(options -> 'cdc') <> coalesce(r.cdc, '{}') THEN
    RAISE EXCEPTION 'Run % has the option cdc %, as its first batch said, but batch % says %.',
      enqueue.run_id, coalesce(r.cdc::text, 'null'), batch_index, orleans_batch.cdc_rules(options -> 'cdc')
      USING ERRCODE = 'OB011', HINT = 'Pass the same options with every batch of a run, or pass them with the first one only.';
  END IF;

  IF r.sync_type = 'incremental' AND cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is incremental but names no primary key.', enqueue.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
  ELSIF is_new AND r.sync_type = 'cdc' THEN
    PERFORM orleans_batch.require_cdc_run(r);
  END IF;

  IF r.sync_type = 'full_refresh' AND origin <> coalesce(r.origin_run_id, r.run_id) THEN
    RAISE EXCEPTION 'Batch % of run % names run % as its origin, but the origin of its run is %.',
      batch_index, enqueue.run_id, origin, coalesce(r.origin_run_id, r.run_id)
      USING ERRCODE = 'OB014', HINT = 'A full_refresh is kept apart under its origin until it ends: give all its batches the same one.';
  END IF;

  entry.group_id := gid;
  entry.kind := 'batch';
  entry.run_id := enqueue.run_id;
  entry.batch_index := enqueue.batch_index;
  entry.origin_run_id := origin;
  entry.origin_index := (options #>> '{origin,batch_index}')::int;
  entry.path := enqueue.path;
  entry.row_count := enqueue.row_count;
  entry.byte_size := enqueue.byte_size;
  entry.is_final := enqueue.is_final;
  entry.metadata := enqueue.metadata;
  appended := orleans_batch.append_entry(entry);

  UPDATE orleans_batch.run AS x
  SET last_index = enqueue.batch_index, batch_count = x.batch_count + 1, alive_at = clock_timestamp(),
      state = CASE WHEN enqueue.is_final THEN 'sealed' ELSE x.state END,
      end_seq = CASE WHEN enqueue.is_final THEN appended END
  WHERE x.run_id = enqueue.run_id;
  RETURN appended;
END $$;


--
-- Name: enqueue_many(jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.enqueue_many(batches jsonb) RETURNS bigint[]
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $_$
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF batches IS NULL OR jsonb_typeof(batches) <> 'array' OR jsonb_path_exists(batches, 'strict $[*] ? (@.type() != "object")') THEN
    RAISE EXCEPTION 'enqueue_many takes a JSON array of objects, one for each batch.'
      USING ERRCODE = 'OB013', HINT = 'Give each object the keys team_id, schema_id, run_id, batch_index and path.';
  END IF;
  RETURN (
    SELECT orleans_batch.enqueue_many(
      coalesce(array_agg(x.team_id), '{}'), coalesce(array_agg(x.schema_id), '{}'), coalesce(array_agg(x.run_id), '{}'),
      coalesce(array_agg(x.batch_index), '{}'), coalesce(array_agg(x.path), '{}'), array_agg(x.is_final), array_agg(x.row_count),
      array_agg(x.byte_size), array_agg(x.sync_type), array_agg(x.primary_keys), array_agg(x.metadata), array_agg(x.options))
    FROM (
      SELECT y.* FROM ROWS FROM (jsonb_to_recordset(batches) AS (
        team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
        sync_type text, primary_keys jsonb, metadata jsonb, options jsonb)) WITH ORDINALITY
        AS y (team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options,
              place)
      ORDER BY y.place
    ) AS x);
END $_$;


--
-- Name: enqueue_many(bigint[], text[], uuid[], integer[], text[], boolean[], bigint[], bigint[], text[], jsonb[], jsonb[], jsonb[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.enqueue_many(team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes integer[], paths text[], are_final boolean[] DEFAULT NULL::boolean[], row_counts bigint[] DEFAULT NULL::bigint[], byte_sizes bigint[] DEFAULT NULL::bigint[], sync_types text[] DEFAULT NULL::text[], primary_keys jsonb[] DEFAULT NULL::jsonb[], metadata jsonb[] DEFAULT NULL::jsonb[], options jsonb[] DEFAULT NULL::jsonb[]) RETURNS bigint[]
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  seqs bigint[];
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF orleans_batch.require_same_length(
    cardinality(team_ids), cardinality(schema_ids), cardinality(run_ids), cardinality(batch_indexes), cardinality(paths),
    cardinality(are_final), cardinality(row_counts), cardinality(byte_sizes), cardinality(sync_types), cardinality(primary_keys),
    cardinality(metadata), cardinality(options)) = 0
  THEN
    RETURN '{}';
  END IF;

  PERFORM orleans_batch.lock_groups(team_ids, schema_ids);
  IF 'full_refresh' = ANY (sync_types) THEN
    PERFORM orleans_batch.supersede_for_batches(team_ids, schema_ids, run_ids, sync_types, options);
  END IF;
  seqs := orleans_batch.append_plain_batches(
    team_ids, schema_ids, run_ids, batch_indexes, paths, are_final, row_counts, byte_sizes, sync_types, primary_keys, metadata, options);
  IF seqs IS NULL THEN
    FOR place IN 1 .. cardinality(team_ids) LOOP
      seqs[place] := orleans_batch.enqueue(
        team_ids[place], schema_ids[place], run_ids[place], batch_indexes[place], paths[place], coalesce(are_final[place], false),
        row_counts[place], byte_sizes[place], coalesce(sync_types[place], 'append'), orleans_batch.key_columns(primary_keys[place]),
        coalesce(metadata[place], '{}'), coalesce(options[place], '{}'));
    END LOOP;
  END IF;
  RETURN seqs;
END $$;


--
-- Name: ensure_group(bigint, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.ensure_group(team_id bigint, schema_id text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: ensure_partitions(integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.ensure_partitions(days_ahead integer DEFAULT 7) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  parent text;
  key_column text;
  day date;
  child text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(1329725439, 1);
  FOR parent, key_column IN VALUES ('log_entry', 'created_at'), ('batch_attempt', 'finished_at') LOOP
    FOR day IN
      SELECT ((clock_timestamp() AT TIME ZONE 'UTC')::date + d) FROM generate_series(-1, days_ahead) AS d
    LOOP
      child := parent || '_' || to_char(day, 'YYYYMMDD');
      CONTINUE WHEN to_regclass(format('orleans_batch.%I', child)) IS NOT NULL;
      EXECUTE format('CREATE TABLE orleans_batch.%I (LIKE orleans_batch.%I INCLUDING ALL)', child, parent);
      EXECUTE format(
        'ALTER TABLE orleans_batch.%I ATTACH PARTITION orleans_batch.%I FOR VALUES FROM (%L) TO (%L)',
        parent, child, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;


--
-- Name: evict(bigint, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.evict(team_id bigint, schema_id text, sink text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  gid int := orleans_batch.require_group(team_id, schema_id);
  sid smallint := orleans_batch.require_sink(sink);
  ended int;
  was_told boolean;
BEGIN
  -- The call stands outside the conditions, because Postgres tests conditions in any order, on every lock of the server.
  SELECT h.backend_pid, pg_terminate_backend(h.backend_pid) INTO ended, was_told FROM orleans_batch.held_lock AS h
  WHERE h.group_id = gid AND h.sink_id = sid;
  IF ended IS NOT NULL THEN
    PERFORM orleans_batch.record_action('evict', orleans_batch.scope_name(team_id, schema_id, sink), who, why);
  END IF;
  RETURN ended;
END $$;


--
-- Name: forget(bigint, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.forget(team_id bigint, schema_id text DEFAULT NULL::text, leave_sink text DEFAULT NULL::text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  left_id smallint := CASE WHEN leave_sink IS NOT NULL THEN orleans_batch.require_sink(leave_sink) END;
  named int := CASE WHEN schema_id IS NOT NULL THEN orleans_batch.require_group(team_id, schema_id) END;
  g orleans_batch.batch_group;
  f orleans_batch.forgetting;
  k record;
  asked int := 0;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF coalesce(btrim(forget.why), '') = '' THEN
    RAISE EXCEPTION 'A group is forgotten for good only with a reason.'
      USING ERRCODE = 'OB049', HINT = 'Pass why => ''...'': it stays on record.';
  END IF;

  FOR g IN
    SELECT x.* FROM orleans_batch.batch_group AS x
    WHERE x.team_id = forget.team_id AND (named IS NULL OR x.group_id = named) ORDER BY x.team_id, x.schema_id
    FOR NO KEY UPDATE
  LOOP
    INSERT INTO orleans_batch.forgetting AS y (group_id, team_id, schema_id, left_sinks, who, why)
    VALUES (g.group_id, g.team_id, g.schema_id, array_remove(ARRAY[left_id], NULL), coalesce(forget.who, session_user::text), forget.why)
    ON CONFLICT ON CONSTRAINT forgetting_pk DO UPDATE
    SET left_sinks = CASE WHEN left_id = ANY (y.left_sinks) OR left_id IS NULL THEN y.left_sinks ELSE y.left_sinks || left_id END
    RETURNING y.* INTO f;
    UPDATE orleans_batch.operator_request AS q SET done_at = clock_timestamp(), outcome = 'Left as it is.', removed = false
    WHERE q.group_id = g.group_id AND q.sink_id = left_id AND q.kind = 'forget' AND q.done_at IS NULL;
    IF NOT g.is_closed THEN
      UPDATE orleans_batch.batch_group AS x SET is_closed = true WHERE x.group_id = g.group_id;
      INSERT INTO orleans_batch.forgotten_run (run_id)
      SELECT r.run_id FROM orleans_batch.run AS r
      WHERE r.group_id = g.group_id AND (r.state = 'open' OR r.alive_at > clock_timestamp() - interval '1 day')
      ON CONFLICT ON CONSTRAINT forgotten_run_pk DO NOTHING;
    END IF;

    FOR k IN
      SELECT s.sink_id, s.name, s.state FROM orleans_batch.sink_cursor AS c JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id
      WHERE c.group_id = g.group_id AND c.sink_id <> ALL (f.left_sinks) AND NOT EXISTS (
        SELECT FROM orleans_batch.operator_request AS q
        WHERE q.group_id = c.group_id AND q.sink_id = c.sink_id AND q.kind = 'forget' AND (q.done_at IS NULL OR q.removed IS NOT NULL))
      ORDER BY s.sink_id
    LOOP
      IF k.state = 'disabled' THEN
        RAISE EXCEPTION 'Sink "%" is disabled, so no silo removes what it holds of group %/%.', k.name, g.team_id, g.schema_id
          USING ERRCODE = 'OB050', HINT = format('Enable the sink first, or leave what it holds as it is: leave_sink => %L.', k.name);
      END IF;
      PERFORM orleans_batch.add_request(g.group_id, k.sink_id, 'forget', 0, forget.who, forget.why);
    END LOOP;
    asked := asked + 1;
  END LOOP;
  IF asked = 0 THEN
    RAISE EXCEPTION 'There is no group of team %.', coalesce(forget.team_id::text, 'null')
      USING ERRCODE = 'OB028', HINT = 'A group exists from its first batch on: the view group_status lists them.';
  END IF;
  PERFORM orleans_batch.record_action(
    'forget', orleans_batch.scope_name(forget.team_id, forget.schema_id, NULL) || coalesce(' but in sink ' || leave_sink, ''), who, why);
  RETURN asked;
END $$;


--
-- Name: forget_slice(text, integer, integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.forget_slice(name text, after_group integer, at_most integer, OUT last_group integer, OUT group_id integer) RETURNS record
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $_$
#variable_conflict use_column
DECLARE
  h record;
BEGIN
  IF (SELECT p.state FROM orleans_batch.day_partition AS p WHERE p.name = forget_slice.name) IS DISTINCT FROM 'detached' THEN
    RAISE EXCEPTION 'Partition % is not detached, so nothing of it is forgotten.', name USING ERRCODE = 'OB039',
      HINT = 'Leave partitions to the sweep, which detaches them first.';
  END IF;
  SELECT * INTO h FROM orleans_batch.partition_holder(forget_slice.name, forget_slice.after_group, at_most);
  last_group := h.last_group;
  group_id := h.group_id;
  IF group_id IS NOT NULL THEN
    RETURN;
  END IF;

  EXECUTE format($query$
    WITH RECURSIVE there AS (
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > $1 ORDER BY e.group_id LIMIT 1) AS group_id, 1 AS n
      UNION ALL
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > t.group_id ORDER BY e.group_id LIMIT 1), t.n + 1
      FROM there AS t WHERE t.group_id IS NOT NULL AND t.n < $2
    ), newest AS MATERIALIZED (
      SELECT t.group_id, (SELECT e.seq FROM orleans_batch.%1$I AS e WHERE e.group_id = t.group_id ORDER BY e.seq DESC LIMIT 1) AS seq
      FROM there AS t WHERE t.group_id IS NOT NULL
    ), ended AS (
      DELETE FROM orleans_batch.run AS r USING newest AS n
      WHERE r.group_id = n.group_id AND r.end_seq <= n.seq AND r.state <> 'open'
        AND NOT EXISTS (SELECT FROM orleans_batch.run_notification AS o WHERE o.run_id = r.run_id)
      RETURNING r.run_id
    ), outcomes AS (
      DELETE FROM orleans_batch.sink_run AS o USING ended AS e WHERE o.run_id = e.run_id
    ), exceptions AS (
      DELETE FROM orleans_batch.batch_exception AS x USING newest AS n WHERE x.group_id = n.group_id AND x.seq <= n.seq
    )
    DELETE FROM orleans_batch.operator_request AS o USING newest AS n
    WHERE o.group_id = n.group_id AND o.seq <= n.seq AND o.done_at IS NOT NULL
    $query$, forget_slice.name)
  USING forget_slice.after_group, at_most;
END $_$;


--
-- Name: has_ended(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.has_ended(r orleans_batch.run) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT coalesce(bool_and(o.state IS NOT NULL), false) FROM orleans_batch.run_outcomes(r) AS o
$$;


--
-- Name: key_columns(jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.key_columns(keys jsonb) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE
    AS $$
BEGIN
  IF keys IS NULL OR keys = 'null' THEN
    RETURN NULL;
  ELSIF jsonb_typeof(keys) <> 'array' THEN
    RAISE EXCEPTION 'The primary keys of a batch are %, not a JSON array.', keys
      USING ERRCODE = 'OB013', HINT = 'Pass the names of the columns as ["id", "line"].';
  END IF;
  RETURN ARRAY(SELECT jsonb_array_elements_text(keys));
END $$;


--
-- Name: lock_group(bigint, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.lock_group(team_id bigint, schema_id text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: lock_groups(bigint[], text[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.lock_groups(team_ids bigint[], schema_ids text[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET enable_bitmapscan TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  INSERT INTO orleans_batch.batch_group (team_id, schema_id)
  SELECT k.team_id, k.schema_id
  FROM (
    SELECT DISTINCT n.team_id, n.schema_id COLLATE "C" AS schema_id FROM unnest(team_ids, schema_ids) AS n (team_id, schema_id)
    WHERE n.team_id IS NOT NULL AND char_length(n.schema_id) BETWEEN 1 AND 200
  ) AS k
  WHERE (
    SELECT g.group_id FROM orleans_batch.batch_group AS g
    WHERE g.team_id = k.team_id AND g.schema_id >= k.schema_id AND g.schema_id <= k.schema_id
    ORDER BY g.schema_id DESC LIMIT 1) IS NULL
  ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT batch_group_name_is_unique DO NOTHING;

  -- The loop keeps the order of its set, and a subselect that locks is never joined in another way.
  PERFORM FROM (
    SELECT DISTINCT n.team_id, n.schema_id COLLATE "C" AS schema_id FROM unnest(team_ids, schema_ids) AS n (team_id, schema_id)
    ORDER BY 1, 2
  ) AS k
  CROSS JOIN LATERAL (
    SELECT FROM orleans_batch.batch_group AS g
    WHERE g.team_id = k.team_id AND g.schema_id >= k.schema_id AND g.schema_id <= k.schema_id
    ORDER BY g.schema_id DESC LIMIT 1
    FOR NO KEY UPDATE
  ) AS locked;
END $$;


--
-- Name: lock_run(uuid); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.lock_run(run_id uuid) RETURNS orleans_batch.run
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x WHERE x.run_id = lock_run.run_id;
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = lock_run.run_id;
  IF r.run_id IS NULL THEN
    RAISE EXCEPTION 'Run % is unknown.', coalesce(lock_run.run_id::text, 'null')
      USING ERRCODE = 'OB018', HINT = 'Check the run id: the view run_status lists them. A run exists from its first batch on.';
  END IF;
  RETURN r;
END $$;


--
-- Name: overall_outcome(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.overall_outcome(r orleans_batch.run) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE WHEN o.state = 'unfinished' AND r.state NOT IN ('open', 'sealed') THEN r.state ELSE o.state END
  FROM (
    SELECT coalesce(n.state, 'unfinished') AS state FROM orleans_batch.run_outcomes(r) AS n
    WHERE n.state IS DISTINCT FROM 'not wanted'
    UNION ALL
    SELECT 'succeeded' WHERE NOT EXISTS (SELECT FROM orleans_batch.run_outcomes(r) AS n WHERE n.state IS DISTINCT FROM 'not wanted')
  ) AS o
  ORDER BY o.state = 'unfinished' DESC, o.state <> 'succeeded' DESC, o.state
  LIMIT 1
$$;


--
-- Name: own_window(integer, smallint, bigint, text, text, boolean, integer, integer, boolean); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.own_window(of_group integer, of_sink smallint, of_team bigint, of_schema text, by_silo text, takes_lock boolean, lock_namespace integer, most integer, tells_hooks boolean) RETURNS TABLE(place tid, epoch bigint, applied_seq bigint, counted_run_id uuid, run_batches bigint, run_rows bigint, run_started_at timestamp with time zone, claimed_at timestamp with time zone, woken_from bigint, seq bigint, created_at timestamp with time zone, run_id uuid, batch_index integer, origin_run_id uuid, origin_index integer, path text, row_count bigint, byte_size bigint, is_final boolean, metadata text, sync_type text, primary_keys text[], on_failure text, null_keys text, lossy text, cdc text, run_rows_announced bigint, run_rows_applied bigint, run_rows_replaced bigint, run_values_rounded bigint, run_batches_differing bigint)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  held text := lock_namespace::text || '/' || of_group::text;
  cursor_row record;
  first_seq bigint;
  today timestamptz := date_trunc('day', statement_timestamp());
  entry_kind text;
  claimed_run uuid;
  run_origin uuid;
  last_seq bigint;
  setting text;
BEGIN
  IF takes_lock THEN
    IF NOT pg_try_advisory_lock(lock_namespace, of_group) THEN
      RETURN;
    END IF;
    setting := set_config('orleans_batch.owns', held, false);
  ELSIF current_setting('orleans_batch.owns', true) IS DISTINCT FROM held THEN
    RETURN NEXT;
    RETURN;
  END IF;

  SELECT c.ctid AS place, c.next_seq, c.run_id, c.floor_at,
    (c.claimed_to IS NULL OR c.claimed_to < c.next_seq) AND c.attempt = 0 AND c.losses = 0 AND c.suspect_to IS NULL AND c.replay_to IS NULL
      AS is_in_order
  INTO cursor_row
  FROM orleans_batch.sink_cursor AS c WHERE c.group_id = of_group AND c.sink_id >= of_sink AND c.sink_id <= of_sink
  ORDER BY c.sink_id DESC LIMIT 1;
  first_seq := coalesce(cursor_row.next_seq, 1);
  IF cursor_row.is_in_order IS FALSE
    OR EXISTS (SELECT FROM orleans_batch.parked AS p WHERE p.group_id = of_group AND p.sink_id = of_sink)
    OR EXISTS (
      SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = of_group AND q.sink_id = of_sink AND q.done_at IS NULL)
    OR EXISTS (
      SELECT FROM orleans_batch.batch_exception AS x WHERE x.group_id = of_group AND x.sink_id = of_sink AND x.seq = first_seq)
    OR NOT EXISTS (
      SELECT FROM orleans_batch.sink AS s
      WHERE s.sink_id = of_sink AND s.state <> 'disabled' AND s.upstream_id IS NULL AND s.starts_at IS NULL)
    OR EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = of_sink)
    OR EXISTS (SELECT FROM orleans_batch.covering_pauses(of_team, of_schema, of_sink))
  THEN
    RETURN NEXT;
    RETURN;
  END IF;

  FOR seq, entry_kind, created_at, run_id, batch_index, origin_run_id, origin_index, path, row_count, byte_size, is_final, metadata IN
    SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
      l.is_final, l.metadata::text
    FROM orleans_batch.log_entry AS l
    WHERE l.group_id = of_group AND l.seq >= first_seq AND l.created_at >= greatest(cursor_row.floor_at, today - interval '1 day')
      AND l.created_at < today + interval '1 day'
    ORDER BY l.seq LIMIT most
  LOOP
    EXIT WHEN entry_kind <> 'batch' OR tells_hooks AND is_final OR run_id <> claimed_run;
    IF claimed_run IS NULL THEN
      EXIT WHEN seq <> first_seq OR run_id <> cursor_row.run_id;
      SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc::text
      INTO claimed_run, run_origin, sync_type, primary_keys, on_failure, null_keys, lossy, cdc
      FROM orleans_batch.run AS r
      WHERE r.run_id >= own_window.run_id AND r.run_id <= own_window.run_id AND r.state IN ('open', 'sealed')
        AND coalesce((
          SELECT o.state FROM orleans_batch.sink_run AS o
          WHERE o.run_id = own_window.run_id AND o.sink_id >= of_sink AND o.sink_id <= of_sink ORDER BY o.sink_id DESC LIMIT 1
        ), 'running') = 'running'
      ORDER BY r.run_id DESC LIMIT 1;
      EXIT WHEN claimed_run IS NULL;
    END IF;
    origin_run_id := coalesce(origin_run_id, run_origin, run_id);
    origin_index := coalesce(origin_index, batch_index);
    last_seq := seq;
    RETURN NEXT;
  END LOOP;

  seq := NULL;
  IF last_seq IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;

  IF cursor_row.place IS NULL THEN
    INSERT INTO orleans_batch.sink_cursor AS c
      (group_id, sink_id, epoch, owner, owned_at, heartbeat_at, lock_lifetime, claimed_to, claimed_at, claimed_under, attempt, woken_to)
    VALUES (
      of_group, of_sink,
      greatest(
        (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,
        (SELECT s.epoch_floor + 1 FROM orleans_batch.sink AS s WHERE s.sink_id = of_sink)),
      by_silo, clock_timestamp(), clock_timestamp(),
      current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval, last_seq, clock_timestamp(),
      pg_postmaster_start_time(), 1, coalesce((
        SELECT w.id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group ORDER BY w.id DESC LIMIT 1), 0))
    RETURNING c.ctid, c.epoch, c.applied_seq, c.run_id, c.run_batches, coalesce(c.run_rows, 0), c.run_started_at, c.claimed_at,
      c.woken_from, c.run_rows, c.run_rows_applied, c.run_rows_replaced, c.run_values_rounded, c.run_batches_differing
    INTO place, epoch, applied_seq, counted_run_id, run_batches, run_rows, run_started_at, claimed_at, woken_from,
      run_rows_announced, run_rows_applied, run_rows_replaced, run_values_rounded, run_batches_differing;
  ELSE
    UPDATE orleans_batch.sink_cursor AS c
    SET epoch = greatest(c.epoch + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint), owner = by_silo,
      owned_at = clock_timestamp(), heartbeat_at = clock_timestamp(),
      lock_lifetime = current_setting('statement_timeout')::interval + current_setting('idle_session_timeout')::interval,
      claimed_to = last_seq, claimed_at = clock_timestamp(), claimed_under = pg_postmaster_start_time(), attempt = 1,
      woken_to = coalesce((
        SELECT w.id FROM orleans_batch.wakeup AS w
        WHERE w.sink_id = of_sink AND w.team_id = of_team AND w.group_id = of_group ORDER BY w.id DESC LIMIT 1), c.woken_to)
    WHERE c.ctid = cursor_row.place AND c.group_id = of_group AND c.sink_id = of_sink
    RETURNING c.ctid, c.epoch, c.applied_seq, c.run_id, c.run_batches, coalesce(c.run_rows, 0), c.run_started_at, c.claimed_at,
      c.woken_from, c.run_rows, c.run_rows_applied, c.run_rows_replaced, c.run_values_rounded, c.run_batches_differing
    INTO place, epoch, applied_seq, counted_run_id, run_batches, run_rows, run_started_at, claimed_at, woken_from,
      run_rows_announced, run_rows_applied, run_rows_replaced, run_values_rounded, run_batches_differing;
  END IF;
  setting := set_config('synchronous_commit', 'off', true);
  RETURN NEXT;
END $$;


--
-- Name: partition_holder(text, integer, integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.partition_holder(name text, after_group integer, at_most integer, OUT last_group integer, OUT group_id integer, OUT sink_id smallint, OUT seq bigint) RETURNS record
    LANGUAGE plpgsql STABLE
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $_$
DECLARE
  ends timestamptz;
BEGIN
  SELECT p.ends_at INTO ends FROM orleans_batch.day_partition AS p WHERE p.parent = 'log_entry' AND p.name = partition_holder.name;
  IF ends IS NULL THEN
    RETURN;
  END IF;
  EXECUTE format($query$
    WITH RECURSIVE there AS (
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > $1 ORDER BY e.group_id LIMIT 1) AS group_id, 1 AS n
      UNION ALL
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > t.group_id ORDER BY e.group_id LIMIT 1), t.n + 1
      FROM there AS t WHERE t.group_id IS NOT NULL AND t.n < $2
    ), newest AS MATERIALIZED (
      SELECT t.group_id, (SELECT e.seq FROM orleans_batch.%1$I AS e WHERE e.group_id = t.group_id ORDER BY e.seq DESC LIMIT 1) AS seq
      FROM there AS t WHERE t.group_id IS NOT NULL AND EXISTS (SELECT FROM orleans_batch.batch_group AS g WHERE g.group_id = t.group_id)
    ), holding AS (
      SELECT n.group_id, s.sink_id, n.seq
      FROM newest AS n
      LEFT JOIN orleans_batch.sink AS s ON true
      LEFT JOIN LATERAL (
        SELECT c.next_seq FROM orleans_batch.sink_cursor AS c
        WHERE c.group_id = n.group_id AND c.sink_id = s.sink_id LIMIT 1) AS c ON true
      WHERE s.sink_id IS NULL
        OR CASE WHEN c.next_seq IS NULL THEN s.starts_at IS NULL OR s.starts_at < $3 ELSE c.next_seq <= n.seq END
        OR EXISTS (SELECT FROM orleans_batch.operator_request AS o
                   WHERE o.group_id = n.group_id AND o.sink_id = s.sink_id AND o.seq <= n.seq AND o.done_at IS NULL)
      ORDER BY n.group_id LIMIT 1
    )
    SELECT CASE WHEN (SELECT count(t.group_id) FROM there AS t) = $2 THEN (SELECT max(t.group_id) FROM there AS t) END,
      h.group_id, h.sink_id, h.seq
    FROM (SELECT) AS one LEFT JOIN holding AS h ON true
    $query$, partition_holder.name)
  INTO last_group, group_id, sink_id, seq USING after_group, at_most, ends;
END $_$;


--
-- Name: partition_status(interval, interval); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.partition_status(retain_for interval DEFAULT '7 days'::interval, retain_history_for interval DEFAULT '7 days'::interval) RETURNS TABLE(parent text, name text, day date, state text, overdue boolean, bytes bigint, held_by_sink text, held_by_team bigint, held_by_schema text, held_seq bigint)
    LANGUAGE sql STABLE
    AS $$
  SELECT p.parent, p.name, p.day, p.state, o.overdue, pg_catalog.pg_total_relation_size(p.relation), s.name, g.team_id, g.schema_id, h.seq
  FROM orleans_batch.day_partition AS p
  CROSS JOIN LATERAL (
    SELECT p.ends_at <= clock_timestamp() - CASE p.parent WHEN 'log_entry' THEN retain_for ELSE retain_history_for END AS overdue) AS o
  LEFT JOIN LATERAL orleans_batch.partition_holder(CASE WHEN o.overdue THEN p.name END, -1, 2147483647) AS h ON true
  LEFT JOIN orleans_batch.sink AS s ON s.sink_id = h.sink_id
  LEFT JOIN orleans_batch.batch_group AS g ON g.group_id = h.group_id
  ORDER BY p.parent DESC, p.day
$$;


--
-- Name: pause(bigint, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.pause(team_id bigint DEFAULT NULL::bigint, schema_id text DEFAULT NULL::text, sink text DEFAULT NULL::text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: pauses_of(bigint, text, smallint); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.pauses_of(team_id bigint, schema_id text, sink_id smallint) RETURNS TABLE(who text, why text)
    LANGUAGE sql STABLE
    AS $$
  SELECT p.who, p.why FROM orleans_batch.covering_pauses(pauses_of.team_id, pauses_of.schema_id, pauses_of.sink_id) AS p
  UNION ALL
  SELECT '', 'The sink is disabled.' FROM orleans_batch.sink AS s WHERE s.sink_id = pauses_of.sink_id AND s.state = 'disabled'
$$;


--
-- Name: record_action(text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.record_action(verb text, subject text, who text, why text) RETURNS void
    LANGUAGE sql
    AS $$
  INSERT INTO orleans_batch.operator_action (verb, subject, who, why)
  VALUES (verb, subject, coalesce(record_action.who, session_user::text), coalesce(record_action.why, ''))
$$;


--
-- Name: refuse_forgotten(bigint, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.refuse_forgotten(team_id bigint, schema_id text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'Group %/% is being forgotten, so it takes nothing until that is done.', team_id, schema_id
    USING ERRCODE = 'OB047',
      HINT = 'Stop its producer, or enqueue a new run later: the group begins anew then. '
        || '"orleansbatch doctor" says what the removal waits for.';
END $$;


--
-- Name: remove_group(integer, integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.remove_group(group_id integer, at_most integer) RETURNS text
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  f orleans_batch.forgetting;
  k record;
  sinks smallint[];
  waits boolean := false;
  first_seq bigint;
  gone int;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT * INTO f FROM orleans_batch.forgetting AS x WHERE x.group_id = remove_group.group_id FOR UPDATE SKIP LOCKED;
  IF f.group_id IS NULL THEN
    RETURN CASE WHEN EXISTS (
      SELECT FROM orleans_batch.forgetting AS x WHERE x.group_id = remove_group.group_id) THEN 'waits' ELSE 'gone' END;
  END IF;
  sinks := ARRAY(SELECT s.sink_id FROM orleans_batch.sink AS s ORDER BY s.sink_id);
  FOR place IN 1 .. cardinality(sinks) LOOP
    IF NOT pg_try_advisory_xact_lock(1329725440 + sinks[place], f.group_id) THEN
      RETURN 'waits';
    END IF;
  END LOOP;

  -- A sink that came between the list and the locks is found here.
  IF EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.state = 'adding' OR s.sink_id <> ALL (sinks)) THEN
    RETURN 'waits';
  END IF;
  FOR k IN
    SELECT c.sink_id, EXISTS (
        SELECT FROM orleans_batch.operator_request AS q
        WHERE q.group_id = c.group_id AND q.sink_id = c.sink_id AND q.kind = 'forget' AND q.done_at IS NULL) AS is_asked
    FROM orleans_batch.sink_cursor AS c
    WHERE c.group_id = f.group_id AND c.sink_id = ANY (sinks) AND c.sink_id <> ALL (f.left_sinks) AND NOT EXISTS (
      SELECT FROM orleans_batch.operator_request AS q
      WHERE q.group_id = c.group_id AND q.sink_id = c.sink_id AND q.kind = 'forget' AND q.removed IS NOT NULL)
  LOOP
    -- The owner came after the forget, or a silo of an earlier version has closed the request, which it does not know.
    IF NOT k.is_asked THEN
      PERFORM orleans_batch.add_request(f.group_id, k.sink_id, 'forget', 0, f.who, f.why);
    END IF;
    waits := true;
  END LOOP;
  IF waits THEN
    RETURN 'waits';
  END IF;

  -- Seqs have no gaps, so the entries of a slice are a range of them. Attempts may be older than the log.
  SELECT least(
    (SELECT e.seq FROM orleans_batch.log_entry AS e WHERE e.group_id = f.group_id ORDER BY e.seq LIMIT 1),
    min(a.to_seq), min(x.seq)) INTO first_seq
  FROM unnest(sinks) AS s (sink_id)
  LEFT JOIN LATERAL (
    SELECT y.to_seq FROM orleans_batch.batch_attempt AS y
    WHERE y.group_id = f.group_id AND y.sink_id = s.sink_id ORDER BY y.to_seq LIMIT 1) AS a ON true
  LEFT JOIN LATERAL (
    SELECT y.seq FROM orleans_batch.batch_exception AS y
    WHERE y.group_id = f.group_id AND y.sink_id = s.sink_id ORDER BY y.seq LIMIT 1) AS x ON true;
  IF first_seq IS NOT NULL THEN
    DELETE FROM orleans_batch.log_entry AS e WHERE e.group_id = f.group_id AND e.seq < first_seq + at_most;
    DELETE FROM orleans_batch.batch_attempt AS a
    WHERE a.group_id = f.group_id AND a.sink_id = ANY (sinks) AND a.to_seq < first_seq + at_most;
    DELETE FROM orleans_batch.batch_exception AS x
    WHERE x.group_id = f.group_id AND x.sink_id = ANY (sinks) AND x.seq < first_seq + at_most;
    RETURN 'more';
  END IF;

  WITH slice AS MATERIALIZED (
    SELECT r.run_id FROM orleans_batch.run AS r WHERE r.group_id = f.group_id LIMIT at_most
  ), outcomes AS (
    DELETE FROM orleans_batch.sink_run AS o USING slice AS s WHERE o.run_id = s.run_id
  ), told AS (
    DELETE FROM orleans_batch.run_notification AS n USING slice AS s WHERE n.run_id = s.run_id
  ), loads AS (
    DELETE FROM orleans_batch.load_call AS l USING slice AS s WHERE l.run_id = s.run_id
  )
  DELETE FROM orleans_batch.run AS r USING slice AS s WHERE r.run_id = s.run_id;
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone > 0 THEN
    RETURN 'more';
  END IF;

  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = f.group_id FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN 'waits';
  END IF;
  DELETE FROM orleans_batch.parked AS p WHERE p.group_id = f.group_id;
  DELETE FROM orleans_batch.wakeup AS w WHERE w.ctid = ANY (ARRAY(
    SELECT x.ctid FROM unnest(sinks) AS s (sink_id)
    JOIN orleans_batch.wakeup AS x ON x.sink_id = s.sink_id AND x.team_id = f.team_id AND x.group_id = f.group_id
    LIMIT at_most));
  GET DIAGNOSTICS gone = ROW_COUNT;
  IF gone = at_most THEN
    RETURN 'more';
  END IF;

  DELETE FROM orleans_batch.upkeep AS u WHERE u.group_id = f.group_id;
  DELETE FROM orleans_batch.not_ready AS n WHERE n.group_id = f.group_id;
  DELETE FROM orleans_batch.unreached AS u WHERE u.group_id = f.group_id;
  DELETE FROM orleans_batch.hung_call AS y WHERE y.group_id = f.group_id;
  DELETE FROM orleans_batch.operator_request AS q WHERE q.group_id = f.group_id;
  UPDATE orleans_batch.sink AS s SET epoch_floor = greatest(s.epoch_floor, c.epoch)
  FROM orleans_batch.sink_cursor AS c WHERE c.group_id = f.group_id AND c.sink_id = s.sink_id;
  DELETE FROM orleans_batch.sink_cursor AS c WHERE c.group_id = f.group_id;
  DELETE FROM orleans_batch.batch_group AS g WHERE g.group_id = f.group_id;
  DELETE FROM orleans_batch.forgetting AS x WHERE x.group_id = f.group_id;
  DELETE FROM orleans_batch.forgotten_run AS r WHERE r.forgotten_at < clock_timestamp() - interval '30 days';
  PERFORM orleans_batch.record_action('forgotten', orleans_batch.scope_name(f.team_id, f.schema_id, NULL), f.who, f.why);
  RETURN 'removed';
END $$;


--
-- Name: replay(bigint, text, text, bigint, boolean, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.replay(team_id bigint, schema_id text, sink text, from_seq bigint, force boolean DEFAULT false, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  gid int := orleans_batch.require_group(team_id, schema_id);
  sid smallint := orleans_batch.require_sink(sink);
  upto bigint := coalesce((SELECT c.next_seq FROM orleans_batch.sink_cursor AS c WHERE c.group_id = gid AND c.sink_id = sid), 1);
  starts_at timestamptz := (SELECT s.starts_at FROM orleans_batch.sink AS s WHERE s.sink_id = sid);
  first_seq bigint;
  begin_with bigint := from_seq;
  cut record;
BEGIN
  IF from_seq IS NULL OR from_seq < 1 OR from_seq >= upto THEN
    RAISE EXCEPTION 'Sink "%" has passed % of group %/%, so it can''t begin again with entry %.', sink,
      CASE upto WHEN 1 THEN 'nothing' ELSE format('the entries 1 to %s', upto - 1) END, team_id, schema_id, coalesce(from_seq::text, 'null')
      USING ERRCODE = 'OB030', HINT = 'Replay begins with an entry that was passed: batch_status has the seq of each batch.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.log_entry AS e WHERE e.group_id = gid AND e.seq = from_seq) THEN
    RAISE EXCEPTION 'Entry % of group %/% is no longer retained.', from_seq, team_id, schema_id
      USING ERRCODE = 'OB031', HINT = format('The oldest that is: %s.',
        (SELECT min(e.seq) FROM orleans_batch.log_entry AS e WHERE e.group_id = gid AND e.seq > from_seq));
  ELSIF EXISTS (
      SELECT FROM orleans_batch.log_entry AS e WHERE e.group_id = gid AND e.seq = from_seq AND e.created_at < starts_at) THEN
    SELECT e.seq INTO first_seq FROM orleans_batch.log_entry AS e
    WHERE e.group_id = gid AND e.created_at >= starts_at ORDER BY e.seq LIMIT 1;
    RAISE EXCEPTION 'Sink "%" was added at the tail and begins with entry % of group %/%: entry % was never for it.', sink,
      coalesce(first_seq, upto), team_id, schema_id, from_seq
      USING ERRCODE = 'OB046', HINT = CASE WHEN first_seq < upto THEN format('Begin with its first entry: from_seq => %s.', first_seq)
        ELSE 'It has applied nothing of this group yet, so there is nothing to replay.' END;
  END IF;

  -- A replay of a full_refresh begins with its first batch, which may lie inside of another full_refresh that begins earlier still.
  -- A run that began before the sink's start is nothing to the sink.
  LOOP
    SELECT r.run_id, min(f.seq) AS first_seq, count(f.seq) AS retained, r.batch_count INTO cut
    FROM orleans_batch.run AS r
    JOIN orleans_batch.log_entry AS f ON f.run_id = r.run_id AND f.kind = 'batch' AND f.created_at >= r.created_at - interval '1 hour'
    WHERE r.group_id = gid AND r.sync_type = 'full_refresh' AND (starts_at IS NULL OR r.created_at >= starts_at) AND EXISTS (
      SELECT FROM orleans_batch.log_entry AS e
      WHERE e.group_id = gid AND e.run_id = r.run_id AND e.seq >= begin_with AND e.seq < upto AND e.kind = 'batch')
    GROUP BY r.run_id, r.batch_count
    HAVING min(f.seq) < begin_with OR count(f.seq) < r.batch_count
    ORDER BY 2 LIMIT 1;
    EXIT WHEN cut.run_id IS NULL;
    IF cut.retained < cut.batch_count THEN
      RAISE EXCEPTION 'Batches of run %, a full_refresh, are no longer retained, so its table can''t be made again.', cut.run_id
        USING ERRCODE = 'OB031', HINT = 'Begin after that run, or enqueue the data as a new run.';
    END IF;
    begin_with := cut.first_seq;
  END LOOP;
  IF begin_with < from_seq THEN
    RAISE EXCEPTION 'Entry % of group %/% lies inside of a full_refresh, which is applied as a whole or not at all.',
      from_seq, team_id, schema_id
      USING ERRCODE = 'OB032', HINT = format('Begin with its first batch: from_seq => %s.', begin_with);
  END IF;

  SELECT e.seq, r.run_id, r.sync_type INTO cut FROM orleans_batch.log_entry AS e JOIN orleans_batch.run AS r ON r.run_id = e.run_id
  WHERE e.group_id = gid AND e.seq >= from_seq AND e.seq < upto AND e.kind = 'batch' AND r.sync_type IN ('append', 'cdc')
    AND (starts_at IS NULL OR r.created_at >= starts_at)
  LIMIT 1;
  IF cut.run_id IS NOT NULL AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'Entry % belongs to run %, whose sync type is %: applied again, its rows would be there twice.',
      cut.seq, cut.run_id, cut.sync_type
      USING ERRCODE = 'OB033', HINT = 'If the sink takes rows that it has without harm, or was emptied before, pass force => true.';
  END IF;
  PERFORM orleans_batch.record_action('replay', format('%s/%s from %s in sink %s', team_id, schema_id, from_seq, sink), who, why);
  RETURN orleans_batch.add_request(gid, sid, 'replay', from_seq, who, why);
END $$;


--
-- Name: require_cdc_run(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_cdc_run(r orleans_batch.run) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF r.cdc IS NULL THEN
    RAISE EXCEPTION 'Run % is cdc but does not say which columns tell what happened, and in which order.', r.run_id
      USING ERRCODE = 'OB014', HINT = 'Pass the option {"cdc": {"operation": "op", "sequence": "lsn"}} with the names of the columns.';
  ELSIF cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is cdc but names no primary key.', r.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
  ELSIF EXISTS (
    SELECT FROM unnest(r.primary_keys) AS k (name)
    WHERE lower(k.name COLLATE "C") IN (lower(r.cdc ->> 'operation' COLLATE "C"), lower(r.cdc ->> 'sequence' COLLATE "C")))
  THEN
    RAISE EXCEPTION 'Run % names a column of its primary key % as its operation or sequence.', r.run_id, r.primary_keys
      USING ERRCODE = 'OB014', HINT = 'Operation and sequence say what happened to a key, so no key can contain them.';
  END IF;
END $$;


--
-- Name: require_group(bigint, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_group(team_id bigint, schema_id text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
DECLARE
  found_id int;
BEGIN
  SELECT g.group_id INTO found_id FROM orleans_batch.batch_group AS g
  WHERE g.team_id = require_group.team_id AND g.schema_id = require_group.schema_id;
  IF found_id IS NULL THEN
    RAISE EXCEPTION 'There is no group %/%.', coalesce(require_group.team_id::text, 'null'), coalesce(require_group.schema_id, 'null')
      USING ERRCODE = 'OB028', HINT = 'A group exists from its first batch on: the view group_status lists them. Names are case-sensitive.';
  END IF;
  RETURN found_id;
END $$;


--
-- Name: require_open(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_open(run orleans_batch.run) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF run.state = 'open' THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'Run % is %, so it takes no further batches.', run.run_id, run.state
    USING ERRCODE = CASE run.state WHEN 'sealed' THEN 'OB004' WHEN 'cancelled' THEN 'OB005'
                                   WHEN 'superseded' THEN 'OB006' ELSE 'OB007' END,
          HINT = 'Enqueue the data as a new run, under a new run id.';
END $$;


--
-- Name: require_read_committed(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_read_committed() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'The transaction''s isolation level is "%", but the queue can only be written in "read committed".',
      current_setting('transaction_isolation')
      USING ERRCODE = 'OB001', HINT = 'Begin the transaction with ISOLATION LEVEL READ COMMITTED.';
  END IF;
END $$;


--
-- Name: require_same_length(integer[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_same_length(VARIADIC lengths integer[]) RETURNS integer
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF (lengths[1] = ALL (array_remove(lengths, NULL))) IS NOT TRUE THEN
    RAISE EXCEPTION 'The arrays of enqueue_many have different lengths: %.', array_to_string(lengths, ', ', 'null')
      USING ERRCODE = 'OB013', HINT = 'Give each array an element for each batch, or leave an array with a default out.';
  END IF;
  RETURN lengths[1];
END $$;


--
-- Name: require_sink(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_sink(sink text) RETURNS smallint
    LANGUAGE plpgsql
    AS $$
DECLARE
  found_id smallint;
BEGIN
  SELECT s.sink_id INTO found_id FROM orleans_batch.sink AS s WHERE s.name = require_sink.sink;
  IF found_id IS NULL THEN
    RAISE EXCEPTION 'There is no sink named "%".', coalesce(require_sink.sink, 'null')
      USING ERRCODE = 'OB026',
            HINT = coalesce('There are: ' || (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM orleans_batch.sink AS s) || '.',
                            'There is none yet: start a silo, or add one with add_sink.');
  END IF;
  RETURN found_id;
END $$;


--
-- Name: require_valid_batch(bigint, text, uuid, integer, text, boolean, bigint, bigint, text, text[], jsonb, jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_valid_batch(team_id bigint, schema_id text, run_id uuid, batch_index integer, path text, is_final boolean, row_count bigint, byte_size bigint, sync_type text, primary_keys text[], metadata jsonb, options jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $_$
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
END $_$;


--
-- Name: require_valid_cdc(uuid, text, jsonb); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_valid_cdc(run_id uuid, sync_type text, cdc jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: require_wanted(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.require_wanted(run orleans_batch.run) RETURNS void
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: resume(bigint, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.resume(team_id bigint DEFAULT NULL::bigint, schema_id text DEFAULT NULL::text, sink text DEFAULT NULL::text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
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


--
-- Name: retry_run(uuid, boolean, uuid, text, text, boolean); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.retry_run(run_id uuid, force boolean DEFAULT false, new_run_id uuid DEFAULT gen_random_uuid(), who text DEFAULT SESSION_USER, why text DEFAULT ''::text, seal boolean DEFAULT NULL::boolean) RETURNS uuid
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  r orleans_batch.run := orleans_batch.lock_run(run_id);
  first_run uuid := coalesce(r.origin_run_id, r.run_id);
  made orleans_batch.run;
  entry orleans_batch.log_entry;
  sinks smallint[];
  seqs bigint[];
  others bigint[];
  outcome text;
  later uuid;
BEGIN
  SELECT * INTO made FROM orleans_batch.run AS x WHERE x.run_id = retry_run.new_run_id;
  IF made.group_id = r.group_id AND made.run_id <> r.run_id AND made.origin_run_id = first_run THEN
    RETURN made.run_id;
  ELSIF retry_run.new_run_id IS NULL OR made.run_id IS NOT NULL THEN
    RAISE EXCEPTION 'The new run can''t have the id %.', coalesce(retry_run.new_run_id::text, 'null')
      USING ERRCODE = 'OB021', HINT = 'Pass an id that no run has, or leave it out.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.run_outcomes(r) AS o WHERE o.state <> 'not wanted') THEN
    RAISE EXCEPTION 'Run % has not ended in any sink yet, so there is nothing to retry.', r.run_id
      USING ERRCODE = 'OB022', HINT = 'Wait for it, or end it with cancel_run first.';
  END IF;

  SELECT array_agg(DISTINCT u.sink_id), array_agg(DISTINCT u.seq) INTO sinks, seqs FROM orleans_batch.unfinished_entries(r) AS u;
  IF r.retried_as IS NOT NULL THEN
    SELECT array_agg(e.seq) INTO others FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour' AND NOT EXISTS (
      SELECT FROM orleans_batch.run AS x
      JOIN orleans_batch.log_entry AS n ON n.run_id = x.run_id AND n.kind = 'batch' AND n.created_at >= x.created_at - interval '1 hour'
      WHERE x.group_id = r.group_id AND x.origin_run_id = first_run AND x.created_at > r.created_at
        AND n.origin_run_id = coalesce(e.origin_run_id, first_run) AND n.origin_index = coalesce(e.origin_index, e.batch_index));
    IF others IS NULL THEN
      SELECT * INTO made FROM orleans_batch.run AS x WHERE x.run_id = r.retried_as;
      outcome := orleans_batch.overall_outcome(made);
      RAISE EXCEPTION 'Run % was retried already, as run %, which %.', r.run_id, r.retried_as,
        CASE outcome WHEN 'succeeded' THEN 'has succeeded' WHEN 'unfinished' THEN 'has not ended yet' WHEN 'failed' THEN 'has failed'
          ELSE format('was %s', outcome) END
        USING ERRCODE = 'OB045', HINT = CASE outcome WHEN 'succeeded' THEN 'Nothing of it is left to retry.'
          WHEN 'unfinished' THEN CASE made.state WHEN 'open' THEN 'Seal that run once it has all its batches; if it fails, retry that run.'
            ELSE 'Wait for that run; if it fails, retry that run.' END
          ELSE 'Retry that run.' END;
    ELSIF r.sync_type <> 'full_refresh' THEN
      seqs := others;
    END IF;
  END IF;
  IF r.batch_count > (SELECT count(*) FROM orleans_batch.log_entry AS e
      WHERE e.run_id = r.run_id AND e.kind = 'batch' AND e.created_at >= r.created_at - interval '1 hour') THEN
    RAISE EXCEPTION 'Batches of run % are no longer retained, so it can''t be retried as a whole.', r.run_id
      USING ERRCODE = 'OB031', HINT = 'Enqueue the data as a new run.';
  ELSIF seqs IS NULL THEN
    RAISE EXCEPTION 'Nothing of run % is unfinished: every batch was applied, or skipped by an operator.', r.run_id
      USING ERRCODE = 'OB023', HINT = 'To apply batches again that were applied, use replay.';
  END IF;
  SELECT o.run_id INTO later FROM orleans_batch.sink_run AS o JOIN orleans_batch.run AS x ON x.run_id = o.run_id
  WHERE x.group_id = r.group_id AND x.created_at > r.created_at AND x.origin_run_id IS DISTINCT FROM first_run
    AND o.sink_id = ANY (sinks) AND o.batches_applied > 0
  ORDER BY x.created_at DESC LIMIT 1;
  IF later IS NOT NULL AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'Run % of the same group is later than run % and was applied: older rows would come after newer ones.', later, r.run_id
      USING ERRCODE = 'OB024', HINT = 'If the order does not matter for this data, pass force => true.';
  END IF;

  INSERT INTO orleans_batch.run
    (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, cdc, origin_run_id, created_at, alive_at, metadata,
     last_index, batch_count)
  SELECT retry_run.new_run_id, r.group_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy, r.cdc, first_run,
    clock_timestamp(), clock_timestamp(), r.metadata, max(e.batch_index), count(*)
  FROM orleans_batch.log_entry AS e
  WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour';
  FOR entry IN
    SELECT e.* FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour' ORDER BY e.seq
  LOOP
    entry.origin_run_id := coalesce(entry.origin_run_id, first_run);
    entry.origin_index := coalesce(entry.origin_index, entry.batch_index);
    entry.run_id := retry_run.new_run_id;
    entry.is_final := false;
    PERFORM orleans_batch.append_entry(entry);
  END LOOP;
  UPDATE orleans_batch.run AS x SET retried_as = retry_run.new_run_id WHERE x.run_id = r.run_id OR x.retried_as = r.run_id;
  IF coalesce(retry_run.seal, orleans_batch.retry_seals(r)) THEN
    PERFORM orleans_batch.seal_run(retry_run.new_run_id);
  END IF;
  PERFORM orleans_batch.record_action('retry', r.run_id::text, who, why);
  RETURN retry_run.new_run_id;
END $$;


--
-- Name: retry_seals(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.retry_seals(r orleans_batch.run) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
  SELECT r.state = 'sealed' OR r.state <> 'open' AND (r.sync_type <> 'full_refresh' OR EXISTS (
    SELECT FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.is_final AND e.created_at >= r.created_at - interval '1 hour'))
$$;


--
-- Name: run_alive(uuid); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.run_alive(run_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
  UPDATE orleans_batch.run AS x SET alive_at = clock_timestamp() WHERE x.run_id = run_alive.run_id AND x.state = 'open';
  RETURN FOUND;
END $$;


--
-- Name: run_outcomes(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.run_outcomes(r orleans_batch.run) RETURNS TABLE(sink_id smallint, sink text, upstream_id smallint, state text)
    LANGUAGE sql STABLE
    AS $$
  SELECT s.sink_id, s.name, s.upstream_id,
    CASE WHEN o.state <> 'running' THEN o.state
      WHEN r.created_at < s.starts_at OR r.end_seq IS NOT NULL AND (
        SELECT c.next_seq FROM orleans_batch.sink_cursor AS c WHERE c.group_id = r.group_id AND c.sink_id = s.sink_id) > r.end_seq
      THEN 'not wanted' END
  FROM orleans_batch.sink AS s
  LEFT JOIN LATERAL (
    SELECT y.state FROM orleans_batch.sink_run AS y
    WHERE y.run_id = r.run_id AND y.sink_id >= s.sink_id AND y.sink_id <= s.sink_id ORDER BY y.sink_id DESC LIMIT 1
  ) AS o ON true
  WHERE s.state = 'active'
$$;


--
-- Name: run_standing(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.run_standing(r orleans_batch.run) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT CASE
    WHEN r.state NOT IN ('open', 'sealed') THEN r.state
    WHEN count(*) = 0 OR count(o.state) < count(*) THEN 'unfinished'
    WHEN bool_or(o.state = 'failed') THEN 'failed'
    ELSE coalesce(min(o.state) FILTER (WHERE o.state NOT IN ('succeeded', 'not wanted')), 'succeeded')
  END
  FROM orleans_batch.run_outcomes(r) AS o
  WHERE o.upstream_id IS NULL
$$;


--
-- Name: scope_name(bigint, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.scope_name(team_id bigint, schema_id text, sink text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $$
  SELECT CASE WHEN schema_id IS NOT NULL THEN 'group ' || team_id || '/' || schema_id ELSE coalesce('team ' || team_id, 'everything') END
    || coalesce(' in sink ' || sink, '')
$$;


--
-- Name: seal(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.seal(r orleans_batch.run) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
  entry orleans_batch.log_entry;
  appended bigint;
BEGIN
  IF r.state = 'sealed' THEN
    RETURN r.end_seq;
  END IF;
  PERFORM orleans_batch.require_open(r);

  entry.group_id := r.group_id;
  entry.kind := 'sealed';
  entry.run_id := r.run_id;
  entry.is_final := true;
  entry.metadata := '{}';
  appended := orleans_batch.append_entry(entry);

  UPDATE orleans_batch.run AS x SET state = 'sealed', end_seq = appended, alive_at = clock_timestamp() WHERE x.run_id = r.run_id;
  RETURN appended;
END $$;


--
-- Name: seal_run(uuid, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.seal_run(run_id uuid, who text DEFAULT NULL::text, why text DEFAULT ''::text) RETURNS bigint
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  gid int;
  r orleans_batch.run;
BEGIN
  PERFORM orleans_batch.require_read_committed();
  SELECT x.group_id INTO gid FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = seal_run.run_id;
  IF r.run_id IS NULL THEN
    RAISE EXCEPTION 'Run % is unknown, so it can''t be sealed.', coalesce(seal_run.run_id::text, 'null')
      USING ERRCODE = 'OB017', HINT = 'A run exists from its first batch on; check the run id.';
  END IF;
  IF seal_run.who IS NOT NULL AND r.state = 'open' THEN
    PERFORM orleans_batch.record_action('seal', r.run_id::text, seal_run.who, seal_run.why);
  END IF;
  RETURN orleans_batch.seal(r);
END $$;


--
-- Name: seed_sink(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.seed_sink(name text) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
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
  SELECT g.team_id, g.group_id, sid FROM orleans_batch.batch_group AS g WHERE g.tail_seq > 0 AND NOT g.is_closed;
  UPDATE orleans_batch.sink AS x SET state = 'active' WHERE x.sink_id = sid;
  PERFORM pg_notify('orleans_batch_wakeup', '');
  RETURN true;
END $$;


--
-- Name: send_hint(); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.send_hint() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_query() !~* 'prepare\s+transaction' THEN
    PERFORM pg_notify('orleans_batch_wakeup', NEW.payload);
  END IF;
  DELETE FROM orleans_batch.hint AS h WHERE h.hint_id = NEW.hint_id;
  RETURN NULL;
END $$;


--
-- Name: skip_batch(uuid, integer, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.skip_batch(run_id uuid, batch_index integer, sink text DEFAULT NULL::text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
  r orleans_batch.run;
  entry_seq bigint;
  named smallint;
  asked smallint[];
BEGIN
  IF coalesce(btrim(skip_batch.why), '') = '' THEN
    RAISE EXCEPTION 'A batch is skipped for good only with a reason.'
      USING ERRCODE = 'OB027', HINT = 'Pass why => ''...'': it stays on record.';
  END IF;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = skip_batch.run_id;
  SELECT e.seq INTO entry_seq FROM orleans_batch.log_entry AS e
  WHERE e.run_id = r.run_id AND e.batch_index = skip_batch.batch_index AND e.created_at >= r.created_at - interval '1 hour';
  IF entry_seq IS NULL THEN
    RAISE EXCEPTION 'Batch % of run % is unknown.',
      coalesce(skip_batch.batch_index::text, 'null'), coalesce(skip_batch.run_id::text, 'null')
      USING ERRCODE = 'OB025', HINT = 'The view batch_status lists the batches of a run.';
  END IF;
  named := CASE WHEN skip_batch.sink IS NOT NULL THEN orleans_batch.require_sink(skip_batch.sink) END;

  SELECT array_agg(s.sink_id ORDER BY s.sink_id) INTO asked FROM orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = s.sink_id
  WHERE CASE WHEN named IS NULL THEN s.state <> 'disabled' ELSE s.sink_id = named END AND coalesce(c.next_seq, 1) <= entry_seq;
  IF asked IS NULL THEN
    RAISE EXCEPTION 'Batch % of run % is passed already%.', skip_batch.batch_index, r.run_id,
      CASE WHEN named IS NULL THEN ' in every sink' ELSE format(' in sink "%s"', skip_batch.sink) END
      USING ERRCODE = 'OB029', HINT = 'The view batch_status says how: applied, failed or skipped.';
  END IF;

  PERFORM orleans_batch.add_request(r.group_id, a.sink_id, 'skip', entry_seq, who, why) FROM unnest(asked) AS a(sink_id)
  WHERE NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q
    WHERE q.group_id = r.group_id AND q.sink_id = a.sink_id AND q.seq = entry_seq AND q.kind = 'skip' AND q.done_at IS NULL);
  PERFORM orleans_batch.record_action(
    'skip', format('batch %s of run %s%s', skip_batch.batch_index, r.run_id, ' in sink ' || skip_batch.sink), who, why);
  RETURN cardinality(asked);
END $$;


--
-- Name: strand_runs(interval, integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.strand_runs(idle interval DEFAULT '06:00:00'::interval, at_most integer DEFAULT 100) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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
    WHERE x.state = 'open' AND x.alive_at < since AND NOT g.is_closed
      AND NOT EXISTS (SELECT FROM orleans_batch.working_sinks(x.group_id, since))
    ORDER BY g.team_id, g.schema_id, x.created_at
    LIMIT at_most
  LOOP
    PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = candidate.group_id AND NOT g.is_closed FOR NO KEY UPDATE SKIP LOCKED;
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


--
-- Name: supersede_for_batches(bigint[], text[], uuid[], text[], jsonb[]); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.supersede_for_batches(team_ids bigint[], schema_ids text[], run_ids uuid[], sync_types text[], options jsonb[]) RETURNS void
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET jit TO 'off'
    AS $$
DECLARE
  newer orleans_batch.run;
  rule text;
BEGIN
  FOR newer.group_id, newer.run_id, rule IN
    SELECT g.group_id, k.run_id, k.rule
    FROM (
      SELECT n.team_id, n.schema_id, (array_agg(n.run_id))[1] AS run_id,
        coalesce((array_agg(n.options ->> 'supersede' ORDER BY n.place))[1], 'idle') AS rule
      FROM unnest(team_ids, schema_ids, run_ids, sync_types, options) WITH ORDINALITY
        AS n (team_id, schema_id, run_id, sync_type, options, place)
      GROUP BY n.team_id, n.schema_id
      HAVING count(DISTINCT n.run_id) = 1 AND bool_and(coalesce(n.sync_type = 'full_refresh', false))
    ) AS k
    JOIN orleans_batch.batch_group AS g ON g.team_id = k.team_id AND g.schema_id = k.schema_id COLLATE "C"
    WHERE k.rule IN ('always', 'idle') AND NOT EXISTS (SELECT FROM orleans_batch.run AS x WHERE x.run_id = k.run_id)
    ORDER BY k.team_id, k.schema_id
  LOOP
    PERFORM orleans_batch.supersede_runs(newer, rule);
  END LOOP;
END $$;


--
-- Name: supersede_runs(orleans_batch.run, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.supersede_runs(newer orleans_batch.run, rule text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
  -- Every run behind this entry has ended in every active sink. A long history is read, but its outcomes are not looked up.
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


--
-- Name: tell_silos(text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.tell_silos(payload text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF current_setting('max_prepared_transactions') = '0' THEN
    PERFORM pg_notify('orleans_batch_wakeup', payload);
  ELSE
    INSERT INTO orleans_batch.hint (payload) VALUES (tell_silos.payload);
  END IF;
END $$;


--
-- Name: unblock(bigint, text, text, text, text); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.unblock(team_id bigint, schema_id text, sink text, who text DEFAULT SESSION_USER, why text DEFAULT ''::text) RETURNS boolean
    LANGUAGE sql
    AS $$
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


--
-- Name: unfinished_entries(orleans_batch.run); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.unfinished_entries(r orleans_batch.run) RETURNS TABLE(sink_id smallint, seq bigint)
    LANGUAGE sql STABLE
    AS $$
  SELECT o.sink_id, e.seq
  FROM orleans_batch.run_outcomes(r) AS o
  JOIN orleans_batch.log_entry AS e ON e.run_id = r.run_id AND e.kind = 'batch' AND e.created_at >= r.created_at - interval '1 hour'
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = o.sink_id
  LEFT JOIN orleans_batch.batch_exception AS x ON x.group_id = r.group_id AND x.sink_id = o.sink_id AND x.seq = e.seq
  WHERE o.state IS DISTINCT FROM 'not wanted' AND CASE
    WHEN r.sync_type = 'full_refresh' THEN o.state <> 'succeeded'
    WHEN e.seq < c.next_seq THEN x.kind IN ('failed', 'skipped') AND NOT x.by_operator
    ELSE coalesce(o.state, 'running') NOT IN ('running', 'succeeded') OR r.state IN ('cancelled', 'superseded', 'stranded') END
$$;


--
-- Name: untried_silos(integer, smallint, bigint, timestamp with time zone); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.untried_silos(group_id integer, sink_id smallint, seq bigint, since timestamp with time zone DEFAULT '-infinity'::timestamp with time zone) RETURNS TABLE(silo text)
    LANGUAGE sql STABLE
    AS $$
  SELECT v.silo FROM orleans_batch.serving_silo AS v
  WHERE v.sink_id = untried_silos.sink_id AND NOT EXISTS (
    SELECT FROM orleans_batch.unreached AS u
    WHERE u.group_id = untried_silos.group_id AND u.sink_id = untried_silos.sink_id AND u.silo = v.silo AND u.seq = untried_silos.seq
      AND u.noted_at >= greatest(v.started_at, untried_silos.since, statement_timestamp() - interval '1 minute'))
$$;


--
-- Name: wake_resumed(integer); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.wake_resumed(at_most integer DEFAULT NULL::integer) RETURNS integer
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
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


--
-- Name: working_sinks(integer, timestamp with time zone); Type: FUNCTION; Schema: orleans_batch; Owner: -
--

CREATE FUNCTION orleans_batch.working_sinks(group_id integer, since timestamp with time zone) RETURNS SETOF smallint
    LANGUAGE sql STABLE
    AS $$
  SELECT c.sink_id FROM orleans_batch.sink_cursor AS c
  WHERE c.group_id = working_sinks.group_id
    AND (c.progressed_at >= since OR c.claimed_to >= c.next_seq AND c.heartbeat_at >= since)
  UNION ALL
  SELECT p.sink_id FROM orleans_batch.parked AS p JOIN orleans_batch.sink AS s ON s.sink_id = p.sink_id AND s.state = 'active'
  WHERE p.group_id = working_sinks.group_id AND p.until IS NULL
$$;


--
-- Name: batch_attempt; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.batch_attempt (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    from_seq bigint NOT NULL,
    to_seq bigint NOT NULL,
    attempt integer NOT NULL,
    outcome text NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone NOT NULL,
    silo text NOT NULL,
    epoch bigint NOT NULL,
    error text,
    error_detail text,
    rows_applied bigint[],
    rows_replaced bigint[],
    values_rounded bigint[]
)
PARTITION BY RANGE (finished_at);


--
-- Name: batch_exception; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.batch_exception (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    by_operator boolean DEFAULT false NOT NULL,
    error_detail text,
    CONSTRAINT exception_kind_is_known CHECK ((kind = ANY (ARRAY['failed'::text, 'skipped'::text, 'replayed'::text])))
);


--
-- Name: batch_group; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.batch_group (
    group_id integer NOT NULL,
    team_id bigint NOT NULL,
    schema_id text NOT NULL COLLATE pg_catalog."C",
    tail_seq bigint DEFAULT 0 NOT NULL,
    last_created_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    is_closed boolean DEFAULT false NOT NULL
)
WITH (fillfactor='50');


--
-- Name: batch_group_group_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.batch_group ALTER COLUMN group_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.batch_group_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: held_lock; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.held_lock AS
 SELECT ((l.objid)::bigint)::integer AS group_id,
    (((l.classid)::bigint - 1329725440))::smallint AS sink_id,
    l.pid AS backend_pid
   FROM pg_locks l
  WHERE ((l.locktype = 'advisory'::text) AND l.granted AND (l.objsubid = 2) AND (l.database = ( SELECT d.oid
           FROM pg_database d
          WHERE (d.datname = current_database()))) AND (((l.classid)::bigint >= 1329725441) AND ((l.classid)::bigint <= (1329725440 + 32767))));


--
-- Name: parked; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.parked (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    team_id bigint NOT NULL,
    until timestamp with time zone,
    reason text NOT NULL,
    error text,
    error_detail text,
    CONSTRAINT parked_reason_is_known CHECK ((reason = ANY (ARRAY['retry'::text, 'not_ready'::text, 'blocked'::text, 'paused'::text]))),
    CONSTRAINT parked_without_time_is_stopped CHECK (((until IS NULL) = (reason = ANY (ARRAY['blocked'::text, 'paused'::text]))))
);


--
-- Name: sink; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.sink (
    sink_id smallint NOT NULL,
    name text NOT NULL,
    upstream_id smallint,
    state text DEFAULT 'active'::text NOT NULL,
    starts_at timestamp with time zone,
    seed_after xid8,
    epoch_floor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT sink_does_not_follow_itself CHECK ((upstream_id <> sink_id)),
    CONSTRAINT sink_name_has_no_slash CHECK (((name <> ''::text) AND (POSITION(('/'::text) IN (name)) = 0))),
    CONSTRAINT sink_state_is_known CHECK ((state = ANY (ARRAY['adding'::text, 'active'::text, 'disabled'::text])))
);


--
-- Name: sink_cursor; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.sink_cursor (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    next_seq bigint DEFAULT 1 NOT NULL,
    applied_seq bigint DEFAULT 0 NOT NULL,
    floor_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    claimed_to bigint,
    claimed_at timestamp with time zone,
    claimed_under timestamp with time zone,
    suspect_to bigint,
    attempt integer DEFAULT 0 NOT NULL,
    losses integer DEFAULT 0 NOT NULL,
    epoch bigint NOT NULL,
    owner text,
    owned_at timestamp with time zone,
    heartbeat_at timestamp with time zone,
    lock_lifetime interval,
    progressed_at timestamp with time zone,
    replay_to bigint,
    replay_request bigint,
    run_id uuid,
    run_batches bigint DEFAULT 0 NOT NULL,
    run_rows bigint,
    run_started_at timestamp with time zone,
    woken_from bigint DEFAULT 0 NOT NULL,
    woken_to bigint DEFAULT 0 NOT NULL,
    run_rows_applied bigint,
    run_rows_replaced bigint,
    run_values_rounded bigint DEFAULT 0 NOT NULL,
    run_batches_differing bigint DEFAULT 0 NOT NULL,
    lost_owner text
)
WITH (fillfactor='50');


--
-- Name: batch_status; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.batch_status AS
 SELECT g.team_id,
    g.schema_id,
    s.name AS sink,
    e.run_id,
    e.batch_index,
    e.seq,
        CASE
            WHEN (r.created_at < s.starts_at) THEN 'not_wanted'::text
            WHEN (x.kind = ANY (ARRAY['failed'::text, 'skipped'::text])) THEN x.kind
            WHEN (e.seq < c.next_seq) THEN 'succeeded'::text
            WHEN ((e.seq = c.next_seq) AND (h.backend_pid IS NOT NULL) AND (c.claimed_to >= e.seq)) THEN 'executing'::text
            WHEN ((e.seq = c.next_seq) AND (k.reason = 'retry'::text)) THEN 'waiting_retry'::text
            ELSE 'waiting'::text
        END AS state,
        CASE
            WHEN (e.seq = c.next_seq) THEN c.attempt
            ELSE COALESCE(a.attempt, 0)
        END AS attempt,
        CASE
            WHEN (r.created_at < s.starts_at) THEN NULL::text
            WHEN (e.seq = c.next_seq) THEN COALESCE(k.error, a.error)
            WHEN (x.kind = ANY (ARRAY['failed'::text, 'skipped'::text])) THEN x.why
            ELSE a.error
        END AS last_error,
    e.path,
    e.row_count,
    e.byte_size,
    e.is_final,
    e.created_at,
    a.finished_at,
        CASE
            WHEN (r.created_at < s.starts_at) THEN 'the run began before the sink was added'::text
            WHEN ((x.kind IS DISTINCT FROM 'failed'::text) AND (x.kind IS DISTINCT FROM 'skipped'::text) AND (e.seq >= c.next_seq) AND (e.seq <= c.replay_to)) THEN 'to be replayed'::text
            WHEN (x.kind = 'replayed'::text) THEN 'replayed'::text
            WHEN x.by_operator THEN 'by an operator'::text
            WHEN (a.outcome = 'timed_out'::text) THEN 'timed out'::text
            ELSE NULL::text
        END AS detail,
    x.who,
    x.why,
    a.outcome AS last_outcome,
        CASE
            WHEN ((e.seq = c.next_seq) AND (k.error IS NOT NULL)) THEN k.error_detail
            WHEN ((e.seq <> c.next_seq) AND (x.kind = ANY (ARRAY['failed'::text, 'skipped'::text]))) THEN x.error_detail
            ELSE a.error_detail
        END AS error_detail,
        CASE
            WHEN (a.outcome = 'succeeded'::text) THEN a.rows_applied[(((e.seq - a.from_seq))::integer + 1)]
            ELSE NULL::bigint
        END AS rows_applied,
        CASE
            WHEN (a.outcome = 'succeeded'::text) THEN a.rows_replaced[(((e.seq - a.from_seq))::integer + 1)]
            ELSE NULL::bigint
        END AS rows_replaced,
        CASE
            WHEN (a.outcome = 'succeeded'::text) THEN COALESCE(a.values_rounded[(((e.seq - a.from_seq))::integer + 1)], (0)::bigint)
            ELSE NULL::bigint
        END AS values_rounded,
        CASE
            WHEN ((e.seq = c.next_seq) AND (h.backend_pid IS NOT NULL) AND (c.claimed_to >= e.seq)) THEN c.claimed_at
            ELSE a.started_at
        END AS started_at
   FROM ((((((((orleans_batch.log_entry e
     JOIN orleans_batch.batch_group g ON ((g.group_id = e.group_id)))
     LEFT JOIN orleans_batch.run r ON ((r.run_id = e.run_id)))
     LEFT JOIN orleans_batch.sink s ON (true))
     LEFT JOIN orleans_batch.sink_cursor c ON (((c.group_id = e.group_id) AND (c.sink_id = s.sink_id))))
     LEFT JOIN orleans_batch.parked k ON (((k.group_id = e.group_id) AND (k.sink_id = s.sink_id))))
     LEFT JOIN orleans_batch.batch_exception x ON (((x.group_id = e.group_id) AND (x.sink_id = s.sink_id) AND (x.seq = e.seq))))
     LEFT JOIN orleans_batch.held_lock h ON (((h.group_id = e.group_id) AND (h.sink_id = s.sink_id) AND (e.seq = c.next_seq))))
     LEFT JOIN LATERAL ( SELECT t.attempt,
            t.error,
            t.outcome,
            t.started_at,
            t.finished_at,
            t.error_detail,
            t.from_seq,
            t.rows_applied,
            t.rows_replaced,
            t.values_rounded
           FROM orleans_batch.batch_attempt t
          WHERE ((t.group_id = e.group_id) AND (t.sink_id = s.sink_id) AND (t.to_seq >= e.seq) AND (t.from_seq <= e.seq))
          ORDER BY t.to_seq, t.finished_at DESC
         LIMIT 1) a ON (true))
  WHERE (e.kind = 'batch'::text);


--
-- Name: day_partition; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.day_partition AS
 SELECT p.parent,
    (c.relname)::text AS name,
    to_date("right"((c.relname)::text, 8), 'YYYYMMDD'::text) AS day,
    (((to_date("right"((c.relname)::text, 8), 'YYYYMMDD'::text) + 1))::timestamp without time zone AT TIME ZONE 'UTC'::text) AS ends_at,
        CASE
            WHEN (i.inhrelid IS NULL) THEN 'detached'::text
            WHEN i.inhdetachpending THEN 'detaching'::text
            ELSE 'attached'::text
        END AS state,
    c.oid AS relation
   FROM ((( VALUES ('log_entry'::text), ('batch_attempt'::text)) p(parent)
     JOIN pg_class c ON (((c.relnamespace = ('orleans_batch'::regnamespace)::oid) AND (c.relkind = 'r'::"char") AND (c.relname ~ (('^'::text || p.parent) || '_[0-9]{8}$'::text)))))
     LEFT JOIN pg_inherits i ON ((i.inhrelid = c.oid)));


--
-- Name: forgetting; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.forgetting (
    group_id integer NOT NULL,
    team_id bigint NOT NULL,
    schema_id text NOT NULL COLLATE pg_catalog."C",
    left_sinks smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: forgotten_run; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.forgotten_run (
    run_id uuid NOT NULL,
    forgotten_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: hung_call; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.hung_call (
    silo text NOT NULL,
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    since timestamp with time zone NOT NULL
);


--
-- Name: not_ready; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.not_ready (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    seq bigint NOT NULL,
    since timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    tries integer NOT NULL,
    code text NOT NULL,
    reason text NOT NULL
);


--
-- Name: operator_request; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.operator_request (
    request_id bigint NOT NULL,
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    kind text NOT NULL,
    seq bigint NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    done_at timestamp with time zone,
    outcome text,
    tries integer DEFAULT 0 NOT NULL,
    last_error text,
    removed boolean,
    CONSTRAINT outcome_when_done CHECK (((done_at IS NULL) = (outcome IS NULL))),
    CONSTRAINT request_kind_is_known CHECK ((kind = ANY (ARRAY['skip'::text, 'replay'::text, 'forget'::text])))
);


--
-- Name: silo; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.silo (
    name text NOT NULL,
    host text NOT NULL,
    process_id integer NOT NULL,
    version text NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    slots integer DEFAULT 16 NOT NULL
);


--
-- Name: silo_sink; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.silo_sink (
    silo text NOT NULL,
    sink_id smallint NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    destination text,
    input_roots text[] DEFAULT '{}'::text[] NOT NULL,
    forgets boolean DEFAULT false NOT NULL
);


--
-- Name: serving_silo; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.serving_silo AS
 SELECT v.sink_id,
    s.name AS sink,
    v.silo,
    v.started_at,
    o.host,
    o.process_id,
    o.version,
    v.destination,
    v.input_roots
   FROM ((orleans_batch.silo_sink v
     JOIN orleans_batch.sink s ON ((s.sink_id = v.sink_id)))
     LEFT JOIN orleans_batch.silo o ON ((o.name = v.silo)))
  WHERE (EXISTS ( SELECT
           FROM pg_stat_activity a
          WHERE ((a.datname = current_database()) AND (a.application_name = ('orleans-batch-poller@'::text || v.silo)))));


--
-- Name: group_status; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.group_status AS
 SELECT p.team_id,
    p.schema_id,
    p.sink,
        CASE
            WHEN (p.state = ANY (ARRAY['executing'::text, 'waiting_retry'::text])) THEN (p.unfinished - 1)
            ELSE p.unfinished
        END AS waiting,
    p.state,
    p.next_seq,
    p.epoch,
    p.owner,
    p.heartbeat_at,
    p.retry_at,
    p.paused,
    p.attempt,
    p.losses,
    p.applied_seq,
    p.tail_seq,
    p.last_error,
    p.oldest_waiting_at,
    p.group_id,
    p.sink_id,
    p.upstream,
    p.ready_to,
    p.replay_to,
    p.progressed_at,
    p.paused_by,
    p.waiting_since,
    p.tries,
    p.not_ready_code
   FROM ( SELECT g.team_id,
            g.schema_id,
            s.name AS sink,
            ((g.tail_seq - COALESCE(c.next_seq, (1)::bigint)) + 1) AS unfinished,
                CASE
                    WHEN g.is_closed THEN 'forgetting'::text
                    WHEN ((h.backend_pid IS NOT NULL) AND (c.claimed_to >= c.next_seq)) THEN 'executing'::text
                    WHEN (k.reason = 'retry'::text) THEN 'waiting_retry'::text
                    WHEN (k.reason IS NOT NULL) THEN k.reason
                    WHEN ((n.seq IS NOT NULL) AND (g.tail_seq >= COALESCE(c.next_seq, (1)::bigint))) THEN 'not_ready'::text
                    WHEN (g.tail_seq >= COALESCE(c.next_seq, (1)::bigint)) THEN 'waiting'::text
                    ELSE 'idle'::text
                END AS state,
            COALESCE(c.next_seq, (1)::bigint) AS next_seq,
            COALESCE(c.epoch, (0)::bigint) AS epoch,
                CASE
                    WHEN (h.backend_pid IS NOT NULL) THEN c.owner
                    ELSE NULL::text
                END AS owner,
            c.heartbeat_at,
            k.until AS retry_at,
            (COALESCE((k.reason = 'paused'::text), false) OR (z.paused_by IS NOT NULL)) AS paused,
            COALESCE(c.attempt, 0) AS attempt,
            COALESCE(c.losses, 0) AS losses,
            COALESCE(c.applied_seq, (0)::bigint) AS applied_seq,
            g.tail_seq,
            COALESCE(
                CASE
                    WHEN g.is_closed THEN ( SELECT q.last_error
                       FROM orleans_batch.operator_request q
                      WHERE ((q.group_id = g.group_id) AND (q.sink_id = s.sink_id) AND (q.kind = 'forget'::text) AND (q.done_at IS NULL))
                     LIMIT 1)
                    ELSE NULL::text
                END, k.error, n.reason, ( SELECT format('Silo %s hangs in a call for this group that was cancelled and does not return: restart that silo.'::text, y.silo) AS format
                   FROM (orleans_batch.hung_call y
                     JOIN orleans_batch.serving_silo v ON (((v.silo = y.silo) AND (v.sink_id = y.sink_id))))
                  WHERE ((h.backend_pid IS NULL) AND (y.group_id = g.group_id) AND (y.sink_id = s.sink_id))
                  ORDER BY y.since
                 LIMIT 1)) AS last_error,
            ( SELECT e.created_at
                   FROM orleans_batch.log_entry e
                  WHERE ((e.group_id = g.group_id) AND (e.seq = COALESCE(c.next_seq, (1)::bigint)) AND (e.created_at >= COALESCE(c.floor_at, '-infinity'::timestamp with time zone)))) AS oldest_waiting_at,
            g.group_id,
            s.sink_id,
            u.name AS upstream,
                CASE
                    WHEN (s.upstream_id IS NULL) THEN g.tail_seq
                    ELSE LEAST(g.tail_seq, (COALESCE(uc.next_seq, (1)::bigint) - 1))
                END AS ready_to,
                CASE
                    WHEN (c.next_seq <= c.replay_to) THEN c.replay_to
                    ELSE NULL::bigint
                END AS replay_to,
            c.progressed_at,
            z.paused_by,
            n.since AS waiting_since,
            n.tries,
            n.code AS not_ready_code
           FROM ((((((((orleans_batch.batch_group g
             LEFT JOIN orleans_batch.sink s ON (true))
             LEFT JOIN orleans_batch.sink u ON ((u.sink_id = s.upstream_id)))
             LEFT JOIN orleans_batch.sink_cursor c ON (((c.group_id = g.group_id) AND (c.sink_id = s.sink_id))))
             LEFT JOIN orleans_batch.sink_cursor uc ON (((uc.group_id = g.group_id) AND (uc.sink_id = s.upstream_id))))
             LEFT JOIN orleans_batch.parked k ON (((k.group_id = g.group_id) AND (k.sink_id = s.sink_id))))
             LEFT JOIN LATERAL ( SELECT x.seq,
                    x.since,
                    x.tries,
                    x.code,
                    x.reason
                   FROM orleans_batch.not_ready x
                  WHERE ((x.group_id = g.group_id) AND (x.sink_id = s.sink_id) AND (x.seq = COALESCE(c.next_seq, (1)::bigint)) AND (COALESCE(k.reason, 'not_ready'::text) = 'not_ready'::text))
                 LIMIT 1) n ON (true))
             LEFT JOIN orleans_batch.held_lock h ON (((h.group_id = g.group_id) AND (h.sink_id = s.sink_id))))
             LEFT JOIN LATERAL ( SELECT (q.who || COALESCE((': '::text || NULLIF(q.why, ''::text)), ''::text)) AS paused_by
                   FROM orleans_batch.covering_pauses(g.team_id, g.schema_id, s.sink_id) q(who, why)
                 LIMIT 1) z ON (true))) p;


--
-- Name: hint; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.hint (
    hint_id bigint NOT NULL,
    payload text NOT NULL
);


--
-- Name: hint_hint_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.hint ALTER COLUMN hint_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.hint_hint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: load_call; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.load_call (
    run_id uuid NOT NULL,
    fingerprint text NOT NULL,
    lake text,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: lock_owner; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.lock_owner AS
 SELECT g.team_id,
    g.schema_id,
    s.name AS sink,
    COALESCE(c.owner, split_part(a.application_name, '@'::text, 2)) AS silo,
    h.backend_pid,
    c.owned_at AS since,
    c.heartbeat_at,
    c.epoch,
    c.next_seq
   FROM ((((orleans_batch.held_lock h
     JOIN orleans_batch.batch_group g ON ((g.group_id = h.group_id)))
     JOIN orleans_batch.sink s ON ((s.sink_id = h.sink_id)))
     LEFT JOIN orleans_batch.sink_cursor c ON (((c.group_id = h.group_id) AND (c.sink_id = h.sink_id))))
     LEFT JOIN pg_stat_activity a ON ((a.pid = h.backend_pid)));


--
-- Name: wakeup; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.wakeup (
    team_id bigint NOT NULL,
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    id bigint NOT NULL
);


--
-- Name: lone_batch; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.lone_batch AS
 SELECT o.team_id,
    o.schema_id,
    o.sink,
    o.silo,
    o.backend_pid,
    o.next_seq AS seq,
    c.losses,
        CASE
            WHEN (c.claimed_to >= c.next_seq) THEN c.claimed_at
            ELSE NULL::timestamp with time zone
        END AS since,
    ( SELECT count(*) AS count
           FROM ( SELECT DISTINCT w.sink_id,
                    w.group_id
                   FROM orleans_batch.wakeup w
                  WHERE (((w.group_id <> h.group_id) OR (w.sink_id <> h.sink_id)) AND (EXISTS ( SELECT
                           FROM orleans_batch.serving_silo v
                          WHERE ((v.sink_id = w.sink_id) AND (v.silo = o.silo)))) AND (NOT (EXISTS ( SELECT
                           FROM orleans_batch.serving_silo v
                          WHERE ((v.sink_id = w.sink_id) AND (v.silo <> o.silo))))))
                 LIMIT 10000) d) AS groups_waiting
   FROM (((pg_locks l
     JOIN orleans_batch.held_lock h ON ((h.backend_pid = l.pid)))
     JOIN orleans_batch.lock_owner o ON ((o.backend_pid = l.pid)))
     LEFT JOIN orleans_batch.sink_cursor c ON (((c.group_id = h.group_id) AND (c.sink_id = h.sink_id))))
  WHERE ((l.locktype = 'advisory'::text) AND l.granted AND (l.objsubid = 2) AND (l.database = ( SELECT d.oid
           FROM pg_database d
          WHERE (d.datname = current_database()))) AND (((l.classid)::bigint = 1329725439) AND ((l.objid)::bigint = 5)));


--
-- Name: migration; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.migration (
    number integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    checksum text NOT NULL
);


--
-- Name: operator_action; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.operator_action (
    action_id bigint NOT NULL,
    verb text NOT NULL,
    subject text NOT NULL,
    who text NOT NULL,
    why text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: operator_action_action_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.operator_action ALTER COLUMN action_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.operator_action_action_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: operator_request_request_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.operator_request ALTER COLUMN request_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.operator_request_request_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: pause; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.pause (
    pause_id integer NOT NULL,
    team_id bigint,
    schema_id text COLLATE pg_catalog."C",
    sink_id smallint,
    who text NOT NULL,
    why text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pause_of_a_group_names_its_team CHECK (((schema_id IS NULL) OR (team_id IS NOT NULL)))
);


--
-- Name: pause_pause_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.pause ALTER COLUMN pause_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.pause_pause_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: probe_ledger; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.probe_ledger (
    team_id bigint NOT NULL,
    schema_id text NOT NULL,
    seq bigint NOT NULL,
    run_id uuid NOT NULL,
    batch_index integer NOT NULL,
    attempt integer NOT NULL,
    epoch bigint NOT NULL,
    silo text NOT NULL,
    os_pid integer NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    outcome text,
    id bigint NOT NULL,
    CONSTRAINT probe_outcome_is_known CHECK ((outcome = ANY (ARRAY['succeeded'::text, 'failed'::text, 'permanent'::text, 'cancelled'::text])))
);


--
-- Name: probe_ledger_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.probe_ledger ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.probe_ledger_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: run_notification; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.run_notification (
    run_id uuid NOT NULL,
    sink_id smallint NOT NULL,
    group_id integer NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_error text
);


--
-- Name: sink_run; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.sink_run (
    run_id uuid NOT NULL,
    sink_id smallint NOT NULL,
    group_id integer NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    batches_applied bigint DEFAULT 0 NOT NULL,
    batches_skipped bigint DEFAULT 0 NOT NULL,
    rows_announced bigint,
    first_error text,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    finished_at timestamp with time zone,
    progressed_at timestamp with time zone,
    batches_failed bigint DEFAULT 0 NOT NULL,
    rows_applied bigint DEFAULT 0,
    rows_replaced bigint DEFAULT 0,
    values_rounded bigint DEFAULT 0 NOT NULL,
    batches_differing bigint DEFAULT 0 NOT NULL,
    first_error_detail text,
    notes text[]
)
WITH (fillfactor='50');


--
-- Name: run_status; Type: VIEW; Schema: orleans_batch; Owner: -
--

CREATE VIEW orleans_batch.run_status AS
 SELECT r.run_id,
    g.team_id,
    g.schema_id,
    s.name AS sink,
        CASE
            WHEN ((o.run_id IS NULL) AND (n.batch_index IS NOT NULL)) THEN 'running'::text
            ELSE COALESCE(o.state, 'waiting'::text)
        END AS state,
    r.state AS run_state,
    r.sync_type,
    r.batch_count,
    COALESCE(o.batches_applied, (0)::bigint) AS batches_applied,
    COALESCE(o.batches_skipped, (0)::bigint) AS batches_skipped,
        CASE
            WHEN (o.run_id IS NULL) THEN (0)::bigint
            ELSE o.rows_applied
        END AS rows_applied,
    o.first_error,
    r.created_at,
    COALESCE(o.started_at, n.since) AS started_at,
    o.finished_at,
    COALESCE(o.batches_failed, (0)::bigint) AS batches_failed,
    (COALESCE(o.finished_at,
        CASE
            WHEN (COALESCE(o.started_at, n.since) IS NOT NULL) THEN clock_timestamp()
            ELSE NULL::timestamp with time zone
        END) - COALESCE(o.started_at, n.since)) AS duration,
    r.origin_run_id,
    r.alive_at,
    o.progressed_at,
    r.on_failure,
    r.primary_keys,
    r.metadata,
    r.end_seq,
    r.group_id,
    s.sink_id,
    o.rows_announced,
        CASE
            WHEN (o.run_id IS NULL) THEN (0)::bigint
            ELSE o.rows_replaced
        END AS rows_replaced,
    COALESCE(o.values_rounded, (0)::bigint) AS values_rounded,
    COALESCE(o.batches_differing, (0)::bigint) AS batches_differing,
    o.first_error_detail,
    o.notes,
    r.null_keys,
    r.lossy,
    r.retried_as,
        CASE
            WHEN (r.retried_as IS NOT NULL) THEN COALESCE(t.state, 'waiting'::text)
            ELSE NULL::text
        END AS retry_state,
    COALESCE(((t.state = 'succeeded'::text) AND (o.state <> ALL (ARRAY['running'::text, 'succeeded'::text]))), false) AS is_mended,
        CASE
            WHEN (r.origin_run_id IS NULL) THEN GREATEST(((r.last_index + 1) - r.batch_count), (0)::bigint)
            ELSE (0)::bigint
        END AS batches_missing,
    n.batch_index AS executing_index,
    n.since AS executing_since,
    r.cdc
   FROM ((((((orleans_batch.run r
     JOIN orleans_batch.batch_group g ON ((g.group_id = r.group_id)))
     LEFT JOIN orleans_batch.sink s ON (((s.starts_at IS NULL) OR (s.starts_at <= r.created_at))))
     LEFT JOIN orleans_batch.sink_run o ON (((o.run_id = r.run_id) AND (o.sink_id = s.sink_id))))
     LEFT JOIN orleans_batch.sink_run t ON (((t.run_id = r.retried_as) AND (t.sink_id = s.sink_id))))
     LEFT JOIN orleans_batch.held_lock h ON (((h.group_id = r.group_id) AND (h.sink_id = s.sink_id))))
     LEFT JOIN LATERAL ( SELECT e.batch_index,
            c.claimed_at AS since
           FROM (orleans_batch.sink_cursor c
             JOIN orleans_batch.log_entry e ON (((e.group_id = c.group_id) AND (e.seq = c.next_seq) AND (e.created_at >= c.floor_at))))
          WHERE ((c.group_id = r.group_id) AND (c.sink_id = s.sink_id) AND (c.claimed_to >= c.next_seq) AND (h.backend_pid IS NOT NULL) AND (e.run_id = r.run_id) AND (e.kind = 'batch'::text))
         LIMIT 1) n ON (true));


--
-- Name: schema_version; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.schema_version (
    only_row boolean DEFAULT true NOT NULL,
    program text NOT NULL,
    lowest_program text NOT NULL,
    routines_hash text NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT schema_version_has_one_row CHECK (only_row)
);


--
-- Name: sink_sink_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.sink ALTER COLUMN sink_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.sink_sink_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: unreached; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.unreached (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    silo text NOT NULL,
    seq bigint NOT NULL,
    reason text NOT NULL,
    noted_at timestamp with time zone NOT NULL
);


--
-- Name: unreached_silo; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.unreached_silo (
    silo text NOT NULL,
    peer text NOT NULL,
    address text NOT NULL,
    since timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: upkeep; Type: TABLE; Schema: orleans_batch; Owner: -
--

CREATE TABLE orleans_batch.upkeep (
    group_id integer NOT NULL,
    sink_id smallint NOT NULL,
    due_at timestamp with time zone,
    task text,
    version bigint,
    asked_at timestamp with time zone,
    asked_seq bigint,
    woken_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    outcome text,
    failed boolean DEFAULT false NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT asked_with_task CHECK (((task IS NULL) = (asked_at IS NULL))),
    CONSTRAINT upkeep_task_is_known CHECK ((task = ANY (ARRAY['optimize'::text, 'vacuum'::text, 'restore'::text]))),
    CONSTRAINT version_when_restored CHECK ((((task = 'restore'::text) IS TRUE) = (version IS NOT NULL)))
);


--
-- Name: wakeup_id_seq; Type: SEQUENCE; Schema: orleans_batch; Owner: -
--

ALTER TABLE orleans_batch.wakeup ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME orleans_batch.wakeup_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: batch_exception batch_exception_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.batch_exception
    ADD CONSTRAINT batch_exception_pk PRIMARY KEY (group_id, sink_id, seq);


--
-- Name: batch_group batch_group_name_is_unique; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.batch_group
    ADD CONSTRAINT batch_group_name_is_unique UNIQUE (team_id, schema_id);


--
-- Name: batch_group batch_group_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.batch_group
    ADD CONSTRAINT batch_group_pk PRIMARY KEY (group_id);


--
-- Name: forgetting forgetting_name_is_unique; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.forgetting
    ADD CONSTRAINT forgetting_name_is_unique UNIQUE (team_id, schema_id);


--
-- Name: forgetting forgetting_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.forgetting
    ADD CONSTRAINT forgetting_pk PRIMARY KEY (group_id);


--
-- Name: forgotten_run forgotten_run_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.forgotten_run
    ADD CONSTRAINT forgotten_run_pk PRIMARY KEY (run_id);


--
-- Name: hint hint_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.hint
    ADD CONSTRAINT hint_pk PRIMARY KEY (hint_id);


--
-- Name: hung_call hung_call_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.hung_call
    ADD CONSTRAINT hung_call_pk PRIMARY KEY (silo, group_id, sink_id);


--
-- Name: load_call load_call_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.load_call
    ADD CONSTRAINT load_call_pk PRIMARY KEY (run_id);


--
-- Name: log_entry log_entry_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.log_entry
    ADD CONSTRAINT log_entry_pk PRIMARY KEY (group_id, seq, created_at);


--
-- Name: migration migration_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.migration
    ADD CONSTRAINT migration_pk PRIMARY KEY (number);


--
-- Name: not_ready not_ready_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.not_ready
    ADD CONSTRAINT not_ready_pk PRIMARY KEY (group_id, sink_id);


--
-- Name: operator_action operator_action_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.operator_action
    ADD CONSTRAINT operator_action_pk PRIMARY KEY (action_id);


--
-- Name: operator_request operator_request_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.operator_request
    ADD CONSTRAINT operator_request_pk PRIMARY KEY (request_id);


--
-- Name: parked parked_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.parked
    ADD CONSTRAINT parked_pk PRIMARY KEY (group_id, sink_id);


--
-- Name: pause pause_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.pause
    ADD CONSTRAINT pause_pk PRIMARY KEY (pause_id);


--
-- Name: probe_ledger probe_ledger_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.probe_ledger
    ADD CONSTRAINT probe_ledger_pk PRIMARY KEY (id);


--
-- Name: run_notification run_notification_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.run_notification
    ADD CONSTRAINT run_notification_pk PRIMARY KEY (run_id, sink_id);


--
-- Name: run run_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.run
    ADD CONSTRAINT run_pk PRIMARY KEY (run_id);


--
-- Name: schema_version schema_version_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.schema_version
    ADD CONSTRAINT schema_version_pk PRIMARY KEY (only_row);


--
-- Name: silo silo_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.silo
    ADD CONSTRAINT silo_pk PRIMARY KEY (name);


--
-- Name: silo_sink silo_sink_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.silo_sink
    ADD CONSTRAINT silo_sink_pk PRIMARY KEY (silo, sink_id);


--
-- Name: sink_cursor sink_cursor_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.sink_cursor
    ADD CONSTRAINT sink_cursor_pk PRIMARY KEY (group_id, sink_id);


--
-- Name: sink sink_name_is_unique; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.sink
    ADD CONSTRAINT sink_name_is_unique UNIQUE (name);


--
-- Name: sink sink_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.sink
    ADD CONSTRAINT sink_pk PRIMARY KEY (sink_id);


--
-- Name: sink_run sink_run_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.sink_run
    ADD CONSTRAINT sink_run_pk PRIMARY KEY (run_id, sink_id);


--
-- Name: unreached unreached_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.unreached
    ADD CONSTRAINT unreached_pk PRIMARY KEY (group_id, sink_id, silo);


--
-- Name: unreached_silo unreached_silo_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.unreached_silo
    ADD CONSTRAINT unreached_silo_pk PRIMARY KEY (silo, peer);


--
-- Name: upkeep upkeep_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.upkeep
    ADD CONSTRAINT upkeep_pk PRIMARY KEY (group_id, sink_id);


--
-- Name: wakeup wakeup_pk; Type: CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.wakeup
    ADD CONSTRAINT wakeup_pk PRIMARY KEY (sink_id, team_id, group_id, id);


--
-- Name: batch_attempt_by_seq; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX batch_attempt_by_seq ON ONLY orleans_batch.batch_attempt USING btree (group_id, sink_id, to_seq DESC);


--
-- Name: load_call_by_fingerprint; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX load_call_by_fingerprint ON orleans_batch.load_call USING btree (fingerprint);


--
-- Name: log_entry_by_run; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX log_entry_by_run ON ONLY orleans_batch.log_entry USING btree (run_id, batch_index);


--
-- Name: not_ready_since; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX not_ready_since ON orleans_batch.not_ready USING btree (since);


--
-- Name: not_ready_unreachable; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX not_ready_unreachable ON orleans_batch.not_ready USING btree (sink_id, group_id) WHERE (code = 'unreachable'::text);


--
-- Name: operator_action_acknowledged; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX operator_action_acknowledged ON orleans_batch.operator_action USING btree (subject) WHERE (verb = 'acknowledge'::text);


--
-- Name: operator_request_by_seq; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX operator_request_by_seq ON orleans_batch.operator_request USING btree (group_id, seq);


--
-- Name: operator_request_open; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX operator_request_open ON orleans_batch.operator_request USING btree (group_id, sink_id, seq) WHERE (done_at IS NULL);


--
-- Name: parked_due; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX parked_due ON orleans_batch.parked USING btree (until) WHERE (until IS NOT NULL);


--
-- Name: parked_paused; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX parked_paused ON orleans_batch.parked USING btree (group_id, sink_id) WHERE (reason = 'paused'::text);


--
-- Name: pause_scope_is_unique; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE UNIQUE INDEX pause_scope_is_unique ON orleans_batch.pause USING btree (COALESCE((team_id)::text, ''::text), COALESCE(schema_id, ''::text), COALESCE(sink_id, (0)::smallint));


--
-- Name: probe_ledger_by_group; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX probe_ledger_by_group ON orleans_batch.probe_ledger USING btree (team_id, schema_id, seq);


--
-- Name: run_by_group; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX run_by_group ON orleans_batch.run USING btree (group_id);


--
-- Name: run_by_retry; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX run_by_retry ON orleans_batch.run USING btree (retried_as) WHERE (retried_as IS NOT NULL);


--
-- Name: run_by_time; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX run_by_time ON orleans_batch.run USING btree (created_at DESC);


--
-- Name: run_notification_due; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX run_notification_due ON orleans_batch.run_notification USING btree (next_try_at);


--
-- Name: run_open; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX run_open ON orleans_batch.run USING btree (group_id) WHERE (state = 'open'::text);


--
-- Name: sink_by_upstream; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX sink_by_upstream ON orleans_batch.sink USING btree (upstream_id);


--
-- Name: sink_run_failed; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX sink_run_failed ON orleans_batch.sink_run USING btree (sink_id, finished_at) WHERE (state = 'failed'::text);


--
-- Name: upkeep_by_due; Type: INDEX; Schema: orleans_batch; Owner: -
--

CREATE INDEX upkeep_by_due ON orleans_batch.upkeep USING btree (due_at) WHERE (due_at IS NOT NULL);


--
-- Name: hint hint_is_sent; Type: TRIGGER; Schema: orleans_batch; Owner: -
--

CREATE CONSTRAINT TRIGGER hint_is_sent AFTER INSERT ON orleans_batch.hint DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orleans_batch.send_hint();


--
-- Name: run run_group_fk; Type: FK CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.run
    ADD CONSTRAINT run_group_fk FOREIGN KEY (group_id) REFERENCES orleans_batch.batch_group(group_id);


--
-- Name: sink sink_upstream_fk; Type: FK CONSTRAINT; Schema: orleans_batch; Owner: -
--

ALTER TABLE ONLY orleans_batch.sink
    ADD CONSTRAINT sink_upstream_fk FOREIGN KEY (upstream_id) REFERENCES orleans_batch.sink(sink_id);


--
-- PostgreSQL database dump complete
--

