-- enqueue_many for producers in a hurry: an array for each argument of enqueue, the same number of elements in each.

-- Guarantees that the arrays name as many batches, and returns how many; an array that is null stands for the default in each.
CREATE FUNCTION orleans_batch.require_same_length(VARIADIC lengths int[]) RETURNS int
LANGUAGE plpgsql AS $$
BEGIN
  IF (lengths[1] = ALL (array_remove(lengths, NULL))) IS NOT TRUE THEN
    RAISE EXCEPTION 'The arrays of enqueue_many have different lengths: %.', array_to_string(lengths, ', ', 'null')
      USING ERRCODE = 'OB013', HINT = 'Give each array an element for each batch, or leave an array with a default out.';
  END IF;
  RETURN lengths[1];
END $$;

-- Guarantees that the groups exist and are locked until the transaction ends, in (team, schema) order, so that two calls can't deadlock.
-- Two callers at once: a group that both find missing is inserted by one of them, and the other waits for it, holding nothing that comes
-- later in the order; who locks has inserted before, so that nobody who inserts holds what it waits for.
CREATE FUNCTION orleans_batch.lock_groups(team_ids bigint[], schema_ids text[]) RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
  SET jit = off AS $$
BEGIN
  INSERT INTO orleans_batch.batch_group (team_id, schema_id)
  SELECT DISTINCT n.team_id, n.schema_id COLLATE "C" AS schema_id
  FROM unnest(team_ids, schema_ids) AS n (team_id, schema_id)
  WHERE n.team_id IS NOT NULL AND char_length(n.schema_id) BETWEEN 1 AND 200
    AND NOT EXISTS (
      SELECT FROM orleans_batch.batch_group AS g WHERE g.team_id = n.team_id AND g.schema_id = n.schema_id COLLATE "C")
  ORDER BY 1, 2
  ON CONFLICT ON CONSTRAINT batch_group_name_is_unique DO NOTHING;

  PERFORM FROM (
    SELECT DISTINCT n.team_id, n.schema_id COLLATE "C" AS schema_id FROM unnest(team_ids, schema_ids) AS n (team_id, schema_id)
  ) AS k
  JOIN orleans_batch.batch_group AS g ON g.team_id = k.team_id AND g.schema_id = k.schema_id
  ORDER BY g.team_id, g.schema_id
  FOR NO KEY UPDATE OF g;
END $$;

-- Guarantees the names of the key's columns as a text array; null when the batch names none.
CREATE FUNCTION orleans_batch.key_columns(keys jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF keys IS NULL OR keys = 'null' THEN
    RETURN NULL;
  ELSIF jsonb_typeof(keys) <> 'array' THEN
    RAISE EXCEPTION 'The primary keys of a batch are %, not a JSON array.', keys
      USING ERRCODE = 'OB013', HINT = 'Pass the names of the columns as ["id", "line"].';
  END IF;
  RETURN ARRAY(SELECT jsonb_array_elements_text(keys));
END $$;

-- Guarantees that all batches are appended as enqueue would append them one by one, or that nothing is done: null says that one of them is
-- not of the plain kind (new, in a run that is open or opened here, in rising order), and enqueue has to judge.
-- The caller holds the locks of the groups, and this statement's snapshot is younger: until the commit nobody else changes what it reads.
-- Two callers of one run id in two groups: the run's primary key lets one through, and the other, which has waited, is refused.
-- No joins but loops over indexes: a plan that was made while the tables were empty must not read them from end to end later.
CREATE FUNCTION orleans_batch.append_plain_batches(
  team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes int[], paths text[], are_final boolean[], row_counts bigint[],
  byte_sizes bigint[], sync_types text[], primary_keys jsonb[], metadata jsonb[], options jsonb[])
RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
  SET jit = off AS $$
#variable_conflict use_column
DECLARE
  done record;
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
    -- What the tables know of the group and the run is looked up once for each run, at its first batch here.
    SELECT n.*, g.group_id AS found_group, g.tail_seq AS found_tail, g.last_created_at AS found_time, r.run_id IS NULL AS found_none,
      CASE
        WHEN n.nth > 1 THEN true
        WHEN n.options - '{on_failure,supersede}'::text[] <> '{}' OR n.options -> 'on_failure' NOT IN ('"continue"', '"block"')
          OR n.options -> 'supersede' NOT IN ('"always"', '"idle"', '"never"') THEN false
        WHEN r.run_id IS NULL THEN n.sync_type IN ('append', 'full_refresh', 'incremental', 'cdc')
          AND array_position(n.columns, NULL) IS NULL AND '' <> ALL (coalesce(n.columns, '{}'))
          AND (n.sync_type <> 'incremental' OR cardinality(n.columns) > 0)
        ELSE r.group_id = g.group_id AND r.state = 'open' AND r.sync_type = n.sync_type AND n.batch_index > r.last_index
          AND (n.columns IS NULL OR r.primary_keys = n.columns)
          AND (SELECT coalesce(bool_or(o.state IS NULL), true) FROM orleans_batch.run_outcomes(r.run) AS o WHERE o.upstream_id IS NULL)
      END AS agrees
    FROM (
      SELECT y.*, CASE WHEN y.nth = 1 AND y.primary_keys IS NOT NULL THEN orleans_batch.key_columns(y.primary_keys) END AS columns
      FROM numbered AS y
    ) AS n
    LEFT JOIN LATERAL (
      SELECT x.group_id, x.tail_seq, x.last_created_at FROM orleans_batch.batch_group AS x
      WHERE n.nth = 1 AND x.team_id = n.team_id AND x.schema_id = n.schema_id COLLATE "C"
      OFFSET 0
    ) AS g ON true
    LEFT JOIN LATERAL (SELECT x.*, x AS run FROM orleans_batch.run AS x WHERE n.nth = 1 AND x.run_id = n.run_id OFFSET 0) AS r ON true
  ), grouped AS (
    SELECT h.*, first_value(h.found_group) OVER in_run AS group_id, first_value(h.found_tail) OVER in_run AS tail_seq,
      greatest(moment, first_value(h.found_time) OVER in_run) AS created_at, first_value(h.found_none) OVER in_run AS is_new,
      first_value(h.columns) OVER in_run AS key_columns, first_value(h.place) OVER in_run AS first_place
    FROM headed AS h
    WINDOW in_run AS (PARTITION BY h.run_id ORDER BY h.place)
  ), batch AS MATERIALIZED (
    SELECT g.*, g.tail_seq + row_number() OVER in_group AS seq, lead(g.place) OVER in_group IS NULL AS closes_group,
      -- A new full_refresh ends others at its first entry; that was done beforehand if it has its group to itself here.
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
      created_at, alive_at)
    SELECT b.run_id, b.group_id, b.sync_type, coalesce(b.key_columns, '{}'), CASE WHEN b.is_final THEN 'sealed' ELSE 'open' END,
      b.batch_index, b.nth, CASE WHEN b.is_final THEN b.seq END,
      coalesce(b.options ->> 'on_failure', CASE b.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
      -- As one by one: the run whose first batch comes first is the older one.
      moment + b.first_place * interval '1 microsecond', moment
    FROM batch AS b WHERE b.closes_run AND b.is_new AND (SELECT v.all_plain FROM verdict AS v)
    ON CONFLICT ON CONSTRAINT run_pk DO NOTHING
    RETURNING 1
  ), continued AS (
    UPDATE orleans_batch.run AS x
    SET last_index = b.batch_index, batch_count = x.batch_count + b.nth, alive_at = moment,
      state = CASE WHEN b.is_final THEN 'sealed' ELSE x.state END, end_seq = CASE WHEN b.is_final THEN b.seq END
    FROM batch AS b WHERE b.closes_run AND NOT b.is_new AND (SELECT v.all_plain FROM verdict AS v) AND x.run_id = b.run_id
  ), raised AS (
    UPDATE orleans_batch.batch_group AS x SET tail_seq = b.seq, last_created_at = b.created_at
    FROM batch AS b WHERE b.closes_group AND (SELECT v.all_plain FROM verdict AS v) AND x.group_id = b.group_id
  ), woken AS (
    INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
    SELECT b.team_id, b.group_id, s.sink_id FROM batch AS b CROSS JOIN orleans_batch.sink AS s
    WHERE b.closes_group AND s.upstream_id IS NULL AND (SELECT v.all_plain FROM verdict AS v)
  )
  SELECT v.all_plain,
    (SELECT array_agg(b.seq ORDER BY b.place) FROM batch AS b) AS seqs,
    (SELECT count(*) FROM batch AS b WHERE b.closes_run AND b.is_new) - (SELECT count(*) FROM opened) AS taken,
    EXISTS (
      SELECT FROM batch AS b CROSS JOIN orleans_batch.sink AS s
      WHERE b.closes_group AND s.upstream_id IS NULL AND NOT EXISTS (
        SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = s.sink_id AND w.team_id = b.team_id AND w.group_id = b.group_id)) AS idle
  INTO done FROM verdict AS v;

  IF NOT done.all_plain THEN
    RETURN NULL;
  ELSIF done.taken > 0 THEN
    RAISE EXCEPTION '% of the runs were enqueued for another group at the same time, so they can''t take batches of these.', done.taken
      USING ERRCODE = 'OB003', HINT = 'Give every run of every group a run id of its own.';
  END IF;
  -- As enqueue does it: a hint for idle groups only.
  IF done.idle THEN
    PERFORM pg_notify('orleans_batch_wakeup', '');
  END IF;
  RETURN done.seqs;
END $$;

-- Guarantees that a new full_refresh which has its group to itself in the arrays has superseded the runs that enqueue would supersede
-- at its first batch. The caller holds the locks of the groups. Done twice it does nothing more, so that enqueue may still have to judge.
CREATE FUNCTION orleans_batch.supersede_for_batches(
  team_ids bigint[], schema_ids text[], run_ids uuid[], sync_types text[], options jsonb[])
RETURNS void
LANGUAGE plpgsql SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
  SET jit = off AS $$
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

-- Guarantees all or none: every batch is enqueued, in the order of the arrays within each group, or the call is refused. Returns the seqs
-- in that order. Two calls can't deadlock; several calls in one transaction still can, and are retried by the caller.
CREATE FUNCTION orleans_batch.enqueue_many(
  team_ids bigint[], schema_ids text[], run_ids uuid[], batch_indexes int[], paths text[], are_final boolean[] = NULL,
  row_counts bigint[] = NULL, byte_sizes bigint[] = NULL, sync_types text[] = NULL, primary_keys jsonb[] = NULL, metadata jsonb[] = NULL,
  options jsonb[] = NULL)
RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
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

-- The form for JSON: as the form with arrays, which does the work.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue_many(batches jsonb) RETURNS bigint[]
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
BEGIN
  PERFORM orleans_batch.require_read_committed();
  IF batches IS NULL OR jsonb_typeof(batches) <> 'array' OR jsonb_path_exists(batches, 'strict $[*] ? (@.type() != "object")') THEN
    RAISE EXCEPTION 'enqueue_many takes a JSON array of objects, one for each batch.'
      USING ERRCODE = 'OB013', HINT = 'Give each object the keys team_id, schema_id, run_id, batch_index and path.';
  END IF;
  RETURN (
    SELECT orleans_batch.enqueue_many(
      coalesce(array_agg(x.team_id ORDER BY x.place), '{}'), coalesce(array_agg(x.schema_id ORDER BY x.place), '{}'),
      coalesce(array_agg(x.run_id ORDER BY x.place), '{}'), coalesce(array_agg(x.batch_index ORDER BY x.place), '{}'),
      coalesce(array_agg(x.path ORDER BY x.place), '{}'), array_agg(x.is_final ORDER BY x.place), array_agg(x.row_count ORDER BY x.place),
      array_agg(x.byte_size ORDER BY x.place), array_agg(x.sync_type ORDER BY x.place), array_agg(x.primary_keys ORDER BY x.place),
      array_agg(x.metadata ORDER BY x.place), array_agg(x.options ORDER BY x.place))
    FROM ROWS FROM (jsonb_to_recordset(batches) AS (
      team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
      sync_type text, primary_keys jsonb, metadata jsonb, options jsonb)) WITH ORDINALITY
      AS x (team_id, schema_id, run_id, batch_index, path, is_final, row_count, byte_size, sync_type, primary_keys, metadata, options,
            place));
END $$;
