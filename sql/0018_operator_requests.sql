-- What an operator asks for a run or a group: apply again what was not applied, skip a batch, begin again from an entry.

-- Guarantees a sink's number; refuses a name that no sink has.
CREATE FUNCTION orleans_batch.require_sink(sink text) RETURNS smallint
LANGUAGE plpgsql AS $$
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

-- Guarantees a group's number; refuses one to which nothing was ever enqueued.
CREATE FUNCTION orleans_batch.require_group(team_id bigint, schema_id text) RETURNS int
LANGUAGE plpgsql AS $$
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

-- The batches of a run that some active sink has passed, or will pass, without applying them, and for which no operator has decided so.
-- Of a full_refresh all of them, because what was staged of it is gone.
CREATE FUNCTION orleans_batch.unfinished_entries(r orleans_batch.run)
RETURNS TABLE (sink_id smallint, seq bigint)
LANGUAGE sql STABLE AS $$
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

-- Guarantees that what is unfinished of the run is appended once more, at the end of the group's log, as a new run of the same kind that
-- keeps the name under which each batch was first enqueued: a sink that has a batch already does not apply it twice. The new run is sealed
-- if the old one takes no more batches. Returns the new run's id; a call repeated with the same new id returns it and changes nothing.
-- Two callers, producers and other operators: the group's row lock; all is read in statements after it. Owners: what they have passed is
-- read in one snapshot per statement, and what they pass meanwhile is at worst appended although it was applied, which the sink recognises.
CREATE FUNCTION orleans_batch.retry_run(
  run_id uuid, force boolean = false, new_run_id uuid = gen_random_uuid(), who text = session_user, why text = '')
RETURNS uuid
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  r orleans_batch.run := orleans_batch.lock_run(run_id);
  made orleans_batch.run;
  entry orleans_batch.log_entry;
  sinks smallint[];
  seqs bigint[];
  later uuid;
BEGIN
  SELECT * INTO made FROM orleans_batch.run AS x WHERE x.run_id = retry_run.new_run_id;
  IF made.group_id = r.group_id AND made.run_id <> r.run_id AND made.origin_run_id = coalesce(r.origin_run_id, r.run_id) THEN
    RETURN made.run_id;
  ELSIF retry_run.new_run_id IS NULL OR made.run_id IS NOT NULL THEN
    RAISE EXCEPTION 'The new run can''t have the id %.', coalesce(retry_run.new_run_id::text, 'null')
      USING ERRCODE = 'OB021', HINT = 'Pass an id that no run has, or leave it out.';
  ELSIF NOT EXISTS (SELECT FROM orleans_batch.run_outcomes(r) AS o WHERE o.state <> 'not wanted') THEN
    RAISE EXCEPTION 'Run % has not ended in any sink yet, so there is nothing to retry.', r.run_id
      USING ERRCODE = 'OB022', HINT = 'Wait for it, or end it with cancel_run first.';
  ELSIF r.batch_count > (SELECT count(*) FROM orleans_batch.log_entry AS e
      WHERE e.run_id = r.run_id AND e.kind = 'batch' AND e.created_at >= r.created_at - interval '1 hour') THEN
    RAISE EXCEPTION 'Batches of run % are no longer retained, so it can''t be retried as a whole.', r.run_id
      USING ERRCODE = 'OB031', HINT = 'Enqueue the data as a new run.';
  END IF;

  SELECT array_agg(DISTINCT u.sink_id), array_agg(DISTINCT u.seq) INTO sinks, seqs FROM orleans_batch.unfinished_entries(r) AS u;
  IF seqs IS NULL THEN
    RAISE EXCEPTION 'Nothing of run % is unfinished: every batch was applied, or skipped by an operator.', r.run_id
      USING ERRCODE = 'OB023', HINT = 'To apply batches again that were applied, use replay.';
  END IF;
  SELECT o.run_id INTO later FROM orleans_batch.sink_run AS o JOIN orleans_batch.run AS x ON x.run_id = o.run_id
  WHERE x.group_id = r.group_id AND x.created_at > r.created_at AND o.sink_id = ANY (sinks) AND o.batches_applied > 0
  ORDER BY x.created_at DESC LIMIT 1;
  IF later IS NOT NULL AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'Run % of the same group is later than run % and was applied: older rows would come after newer ones.', later, r.run_id
      USING ERRCODE = 'OB024', HINT = 'If the order does not matter for this data, pass force => true.';
  END IF;

  INSERT INTO orleans_batch.run
    (run_id, group_id, sync_type, primary_keys, on_failure, origin_run_id, created_at, alive_at, metadata, last_index, batch_count)
  SELECT retry_run.new_run_id, r.group_id, r.sync_type, r.primary_keys, r.on_failure, coalesce(r.origin_run_id, r.run_id),
    clock_timestamp(), clock_timestamp(), r.metadata, max(e.batch_index), count(*)
  FROM orleans_batch.log_entry AS e
  WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour';
  FOR entry IN
    SELECT e.* FROM orleans_batch.log_entry AS e
    WHERE e.run_id = r.run_id AND e.seq = ANY (seqs) AND e.created_at >= r.created_at - interval '1 hour' ORDER BY e.seq
  LOOP
    entry.origin_run_id := coalesce(entry.origin_run_id, r.origin_run_id, r.run_id);
    entry.origin_index := coalesce(entry.origin_index, entry.batch_index);
    entry.run_id := retry_run.new_run_id;
    entry.is_final := false;
    PERFORM orleans_batch.append_entry(entry);
  END LOOP;
  IF r.state <> 'open' THEN
    PERFORM orleans_batch.seal_run(retry_run.new_run_id);
  END IF;
  PERFORM orleans_batch.record_action('retry', r.run_id::text, who, why);
  RETURN retry_run.new_run_id;
END $$;

-- Guarantees that the owner is asked to do something at its next boundary, and is woken for it, also when the group is parked or paused.
-- Always inserted, as every wakeup is: against the owner's drained check the wakeup becomes visible together with the request.
CREATE FUNCTION orleans_batch.add_request(group_id int, sink_id smallint, kind text, seq bigint, who text, why text) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  made bigint;
BEGIN
  INSERT INTO orleans_batch.operator_request (group_id, sink_id, kind, seq, who, why)
  VALUES (add_request.group_id, add_request.sink_id, add_request.kind, add_request.seq,
    coalesce(add_request.who, session_user::text), coalesce(add_request.why, ''))
  RETURNING request_id INTO made;
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT g.team_id, g.group_id, add_request.sink_id FROM orleans_batch.batch_group AS g WHERE g.group_id = add_request.group_id;
  PERFORM pg_notify('orleans_batch_wakeup', '');
  RETURN made;
END $$;

-- Guarantees that each active sink which has not passed the batch (or the named one) is asked to skip it; returns for how many sinks.
-- Takes no lock and waits for nobody: an owner may pass the batch before it sees the request, and closes it then without effect.
CREATE FUNCTION orleans_batch.skip_batch(run_id uuid, batch_index int, sink text = NULL, who text = session_user, why text = '') RETURNS int
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
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
  WHERE CASE WHEN named IS NULL THEN s.state = 'active' ELSE s.sink_id = named END AND coalesce(c.next_seq, 1) <= entry_seq;
  IF asked IS NULL THEN
    RAISE EXCEPTION 'Batch % of run % is passed already%.', skip_batch.batch_index, r.run_id,
      CASE WHEN named IS NULL THEN ' in every active sink' ELSE format(' in sink "%s"', skip_batch.sink) END
      USING ERRCODE = 'OB029', HINT = 'The view batch_status says how: applied, failed or skipped.';
  END IF;

  PERFORM orleans_batch.add_request(r.group_id, a.sink_id, 'skip', entry_seq, who, why) FROM unnest(asked) AS a(sink_id)
  WHERE NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q
    WHERE q.group_id = r.group_id AND q.sink_id = a.sink_id AND q.seq = entry_seq AND q.kind = 'skip' AND q.done_at IS NULL);
  PERFORM orleans_batch.record_action(
    'skip', format('batch %s of run %s%s', skip_batch.batch_index, r.run_id, ' in sink ' || skip_batch.sink), who, why);
  RETURN cardinality(asked);
END $$;

-- Guarantees that the sink is asked to apply everything again from the given entry on, under an origin of the request's own; returns the
-- request's number. Takes no lock: the sink's position is read once, and the owner, who alone moves it, reads it again when it complies.
CREATE FUNCTION orleans_batch.replay(
  team_id bigint, schema_id text, sink text, from_seq bigint, force boolean = false, who text = session_user, why text = '')
RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  gid int := orleans_batch.require_group(team_id, schema_id);
  sid smallint := orleans_batch.require_sink(sink);
  upto bigint := coalesce((SELECT c.next_seq FROM orleans_batch.sink_cursor AS c WHERE c.group_id = gid AND c.sink_id = sid), 1);
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
  END IF;

  -- A full_refresh begins with its first batch, which may lie inside of another one that begins earlier still.
  LOOP
    SELECT r.run_id, min(f.seq) AS first_seq, count(f.seq) AS retained, r.batch_count INTO cut
    FROM orleans_batch.run AS r
    JOIN orleans_batch.log_entry AS f ON f.run_id = r.run_id AND f.kind = 'batch' AND f.created_at >= r.created_at - interval '1 hour'
    WHERE r.group_id = gid AND r.sync_type = 'full_refresh' AND EXISTS (
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
  LIMIT 1;
  IF cut.run_id IS NOT NULL AND force IS NOT TRUE THEN
    RAISE EXCEPTION 'Entry % belongs to run %, whose sync type is %: applied again, its rows would be there twice.',
      cut.seq, cut.run_id, cut.sync_type
      USING ERRCODE = 'OB033', HINT = 'If the sink takes rows that it has without harm, or was emptied before, pass force => true.';
  END IF;
  PERFORM orleans_batch.record_action('replay', format('%s/%s from %s in sink %s', team_id, schema_id, from_seq, sink), who, why);
  RETURN orleans_batch.add_request(gid, sid, 'replay', from_seq, who, why);
END $$;
