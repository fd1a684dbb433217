-- What a run accepts of its data: rows with a null in their primary key, and values that a sink can't hold exactly. Both are fixed by the
-- run's first batch. No check constraints: each statement that writes a row of these tables would plan them anew.

ALTER TABLE orleans_batch.run
  -- One of refuse, keep.
  ADD COLUMN null_keys text NOT NULL DEFAULT 'refuse',
  -- One of refuse, round.
  ADD COLUMN lossy text NOT NULL DEFAULT 'refuse';

-- Guarantees that a batch which could never be applied is refused before it is enqueued, with a sentence that says what to mend.
CREATE OR REPLACE FUNCTION orleans_batch.require_valid_batch(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean, row_count bigint, byte_size bigint,
  sync_type text, primary_keys text[], metadata jsonb, options jsonb)
RETURNS void
LANGUAGE plpgsql AS $$
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
  WHERE key NOT IN ('on_failure', 'supersede', 'origin', 'null_keys', 'lossy') LIMIT 1;
  IF unknown_option IS NOT NULL THEN
    RAISE EXCEPTION 'Run % has the option "%", which this version doesn''t know.', run_id, unknown_option
      USING ERRCODE = 'OB014', HINT = 'Known are on_failure, supersede, origin, null_keys and lossy.';
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
  END IF;
END $$;

-- Guarantees: the batch is in its group's log exactly once per (run_id, batch_index) when the caller's transaction commits, in commit
-- order with the group's other entries; a repeated call returns the seq it has; a refused call has changed nothing.
-- Two callers of one group: the second waits at the group's row lock. What was enqueued before is looked up in statements after that
-- lock, because a statement that waits for a row keeps the snapshot from before its wait, and would let a duplicate in.
-- The first entry of a new full_refresh comes after the markers of the runs that it supersedes, in the same transaction.
-- Two callers of one run id in two groups: the run's primary key lets one through; the other then reads whose run it is.
-- The settings: a session keeps its plans, and those it made while a table was empty would go on reading it from end to end.
CREATE OR REPLACE FUNCTION orleans_batch.enqueue(
  team_id bigint, schema_id text, run_id uuid, batch_index int, path text, is_final boolean = false, row_count bigint = NULL,
  byte_size bigint = NULL, sync_type text = 'append', primary_keys text[] = NULL, metadata jsonb = '{}', options jsonb = '{}')
RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET enable_bitmapscan = off AS $$
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
  gid := orleans_batch.ensure_group(team_id, schema_id);
  PERFORM FROM orleans_batch.batch_group AS g WHERE g.group_id = gid FOR NO KEY UPDATE;

  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = enqueue.run_id;
  IF r.run_id IS NULL THEN
    INSERT INTO orleans_batch.run
      (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, origin_run_id, created_at, alive_at)
    VALUES (enqueue.run_id, gid, enqueue.sync_type, coalesce(enqueue.primary_keys, '{}'),
            coalesce(options ->> 'on_failure', CASE enqueue.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
            coalesce(options ->> 'null_keys', 'refuse'), coalesce(options ->> 'lossy', 'refuse'),
            origin, clock_timestamp(), clock_timestamp())
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
  END IF;

  IF r.sync_type = 'incremental' AND cardinality(r.primary_keys) = 0 THEN
    RAISE EXCEPTION 'Run % is incremental but names no primary key.', enqueue.run_id
      USING ERRCODE = 'OB013', HINT = 'Pass primary_keys, or use the sync type append.';
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

-- Guarantees that all batches are appended as enqueue would append them one by one, or that nothing is done: null says that one of them is
-- not of the plain kind, and enqueue has to judge. The caller holds the locks of the groups, and this statement's snapshot is younger: a
-- group's row is written where it was read, and so is a run's. A run's row may be moved meanwhile by a sign of life of its producer, which
-- does not lock the group: what was not found at its place any more is written by its key, in a statement after that one's.
-- Two callers of one run id in two groups: the run's primary key lets one through, and the other, which has waited, is refused.
-- No joins but loops over indexes: a plan that was made while the tables were empty must not read them from end to end later.
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
    -- What the tables know of the group and the run is looked up once for each run, at its first batch here.
    SELECT n.*, g.place AS found_place, g.group_id AS found_group, g.tail_seq AS found_tail, g.last_created_at AS found_time,
      r.run_id IS NULL AS found_none, r.place AS found_run,
      CASE
        WHEN n.nth > 1 THEN true
        WHEN n.options - '{on_failure,supersede,null_keys,lossy}'::text[] <> '{}'
          OR n.options -> 'on_failure' NOT IN ('"continue"', '"block"') OR n.options -> 'supersede' NOT IN ('"always"', '"idle"', '"never"')
          OR n.options -> 'null_keys' NOT IN ('"refuse"', '"keep"') OR n.options -> 'lossy' NOT IN ('"refuse"', '"round"') THEN false
        WHEN r.run_id IS NULL THEN n.sync_type IN ('append', 'full_refresh', 'incremental', 'cdc')
          AND array_position(n.columns, NULL) IS NULL AND '' <> ALL (coalesce(n.columns, '{}'))
          AND (n.sync_type <> 'incremental' OR cardinality(n.columns) > 0)
        ELSE r.group_id = g.group_id AND r.state = 'open' AND r.sync_type = n.sync_type AND n.batch_index > r.last_index
          AND (n.columns IS NULL OR r.primary_keys = n.columns)
          AND coalesce(n.options ->> 'null_keys' = r.null_keys, true) AND coalesce(n.options ->> 'lossy' = r.lossy, true)
          AND (SELECT coalesce(bool_or(o.state IS NULL), true) FROM orleans_batch.run_outcomes(r.run) AS o WHERE o.upstream_id IS NULL)
      END AS agrees
    FROM (
      SELECT y.*, CASE WHEN y.nth = 1 AND y.primary_keys IS NOT NULL THEN orleans_batch.key_columns(y.primary_keys) END AS columns
      FROM numbered AS y
    ) AS n
    LEFT JOIN LATERAL (
      SELECT x.ctid AS place, x.group_id, x.tail_seq, x.last_created_at FROM orleans_batch.batch_group AS x
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
      null_keys, lossy, created_at, alive_at)
    SELECT b.run_id, b.group_id, b.sync_type, coalesce(b.key_columns, '{}'), CASE WHEN b.is_final THEN 'sealed' ELSE 'open' END,
      b.batch_index, b.nth, CASE WHEN b.is_final THEN b.seq END,
      coalesce(b.options ->> 'on_failure', CASE b.sync_type WHEN 'cdc' THEN 'block' ELSE 'continue' END),
      coalesce(b.options ->> 'null_keys', 'refuse'), coalesce(b.options ->> 'lossy', 'refuse'),
      -- As one by one: the run whose first batch comes first is the older one.
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
  -- As enqueue does it: a hint for idle groups only. More than a few are the poll's to spread and go by number, 700 in 8,000 bytes.
  IF cardinality(done.idle) <= 4 THEN
    PERFORM pg_notify('orleans_batch_wakeup', n.told) FROM unnest(done.idle) AS n (told);
  ELSE
    PERFORM pg_notify('orleans_batch_wakeup', string_agg(split_part(n.told, ' ', 1), ','))
    FROM unnest(done.idle) WITH ORDINALITY AS n (told, place) GROUP BY (n.place - 1) / 700;
  END IF;
  RETURN done.seqs;
END $$;

-- Guarantees that what is unfinished of the run is appended once more, at the end of the group's log, as a new run of the same kind that
-- keeps the name under which each batch was first enqueued: a sink that has a batch already does not apply it twice. The new run is sealed
-- if the old one takes no more batches. Returns the new run's id; a call repeated with the same new id returns it and changes nothing.
-- Two callers, producers and other operators: the group's row lock; all is read in statements after it. Owners: what they have passed is
-- read in one snapshot per statement, and what they pass meanwhile is at worst appended although it was applied, which the sink recognises.
CREATE OR REPLACE FUNCTION orleans_batch.retry_run(
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
    (run_id, group_id, sync_type, primary_keys, on_failure, null_keys, lossy, origin_run_id, created_at, alive_at, metadata, last_index,
     batch_count)
  SELECT retry_run.new_run_id, r.group_id, r.sync_type, r.primary_keys, r.on_failure, r.null_keys, r.lossy,
    coalesce(r.origin_run_id, r.run_id), clock_timestamp(), clock_timestamp(), r.metadata, max(e.batch_index), count(*)
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
