-- Guarantees that the group, or each group that the team has now, takes nothing more, and that owners and sweeps remove it:
-- - each sink that has a position in the group gets a request to remove what it holds;
-- - once all have, a sweep takes the group out of the queue.
-- leave_sink: a sink that keeps what it holds of these groups, such as one that nobody serves any more.
-- Returns how many groups are being forgotten. A repeated call adds the sink to those left, and asks for nothing twice.
-- Against producers: the group's row lock. Their open transactions are waited for, and later calls find the group closed.
-- Runs whose producers may still be at work are remembered, so that no later batch of them begins the group anew.
-- Against owners: an owner finishes its batch, then finds the request. covering_pauses keeps it from the next entry.
-- Groups are locked in (team, schema) order.
CREATE OR REPLACE FUNCTION orleans_batch.forget(
  team_id bigint, schema_id text = NULL, leave_sink text = NULL, who text = session_user, why text = '')
RETURNS int
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
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
