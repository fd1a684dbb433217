-- Guarantees that a group which is being forgotten leaves the queue. Nothing goes while an owner is at work, or a sink has rows to remove.
-- One call deletes at most about at_most entries, or as many runs or wakeups. Returns:
-- - "waits": an owner, a sink, a seeding or a producer is waited for, and nothing was deleted;
-- - "more": some rows were deleted, and the call is to be repeated;
-- - "removed": the last rows are gone, on record;
-- - "gone": the group is not being forgotten.
-- The locks of the group in all sinks are taken first, and end with the transaction. No owner begins before that.
-- Later statements have younger snapshots, and read every owner's last commit.
-- Until the last call the group stays closed and shows as forgetting, whatever interrupts the removal.
-- The group's row goes last, with all that says where it stood. Whoever waits for the row then makes the group anew.
-- Wakeups go after parked rows, because a parked row that comes due becomes a wakeup in one statement.
-- Only a seeding still inserts wakeups for the group, and therefore is waited for.
-- Cursors leave their highest epoch in the sink's floor, so that the tokens of a sink that keeps rows never go back.
CREATE OR REPLACE FUNCTION orleans_batch.remove_group(group_id int, at_most int) RETURNS text
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
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
