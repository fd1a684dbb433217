-- Guarantees that all batches are appended as enqueue would append them one by one, or that nothing is done.
-- Null says that one batch is not of the plain kind, and that enqueue has to judge.
-- The caller holds the locks of the groups, and this statement's snapshot is younger than those locks.
-- A group's row is therefore written where it was read, and so is a run's row.
-- A producer's sign of life does not lock the group, and may move the run's row meanwhile.
-- A run that has moved is written by its key, in a later statement.
-- Two callers of one run id in two groups: the run's primary key lets one through. The other waits, and is refused.
-- Loops over indexes replace joins: a plan from empty tables must not read full ones from end to end later.
CREATE OR REPLACE FUNCTION orleans_batch.append_plain_batches(
  team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes int[], paths text[], are_final boolean[], row_counts bigint[],
  byte_sizes bigint[], sync_types text[], primary_keys jsonb[], metadata jsonb[], options jsonb[])
RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
  SET enable_bitmapscan = off SET jit = off AS $$
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
