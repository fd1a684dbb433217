-- Guarantees that the batch is appended as enqueue would append it, or that nothing is done.
-- Null says that the batch is not the next one of an open run of this group, and that enqueue has to judge.
-- The caller has checked every argument that needs no look at a table.
-- Two callers of one group: the second waits at the group's row, which is raised first.
-- The statement after that finds the run as the first caller left it.
-- If the batch is not to be appended then, the row gets its old tail back, and nobody else has seen the raised one.
-- Rows are read from their newest version backwards, and written where they were read.
-- - Another caller may have moved the group's row since. Then the row is written by its key.
-- - A sign of life, or a stranding, may have moved the run's row. Then enqueue judges.
-- Sinks are read after the first write, because from then on whoever adds a sink waits for this transaction.
CREATE OR REPLACE FUNCTION orleans_batch.append_next_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb)
RETURNS bigint
LANGUAGE plpgsql AS $$
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
