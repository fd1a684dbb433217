-- Guarantees that the cursor passes what the owner has finished of its window, that the outcome, the run's counts and the history are
-- committed with it, and that the next window is claimed, or the group given up as drained, in the same statement. No row: another owner's
-- epoch is in the cursor, some sink follows this one by now, or the row is not where $4 says (then the statement is sent again with null,
-- which looks it up by key).
-- $1 group, $2 sink, $3 epoch, $4 where the cursor's row is, $5 the seq that the window began with, $6 the last one finished, $7 its
-- created_at, $8 its run, $9 and $10 the run's batches and rows not yet in sink_run, $11 when the first of them was taken up, $12 the state
-- that the run ends with here (null: it goes on), $13 silo, $14 the most entries to claim next (0: none), $15 team, $16 when the window was
-- claimed, $17 whether a drained group is given up, $18 schema, $19 whether there are hooks to tell of a run's end: then its last batch is no
-- part of a window, $20 whether the counts are moved to sink_run although the run goes on, $21 from which wakeup on they are dropped.
-- Only the lock holder writes the cursor, addressed by ctid: under an old snapshot a look-up by key steps over every version of the row
-- that this snapshot may still see; for the same reason group and run, which producers write, are read backwards. Drained is judged in this
-- statement's snapshot, and an enqueue commits its entry and its wakeup together: both are seen or neither, and a wakeup that is not seen stays.
WITH entry AS MATERIALIZED (
  SELECT l.seq, l.kind, l.created_at, l.run_id, l.batch_index, l.origin_run_id, l.origin_index, l.path, l.row_count, l.byte_size,
    l.is_final, l.metadata
  FROM orleans_batch.log_entry AS l
  WHERE l.group_id = $1 AND l.seq > $6 AND l.created_at >= $7 AND l.created_at < date_trunc('day', statement_timestamp()) + interval '1 day'
  ORDER BY l.seq LIMIT $14
), run AS MATERIALIZED (
  SELECT r.run_id, r.origin_run_id, r.sync_type, r.primary_keys, r.on_failure
  FROM entry AS f
  CROSS JOIN LATERAL (
    SELECT x.* FROM orleans_batch.run AS x WHERE x.run_id >= f.run_id AND x.run_id <= f.run_id ORDER BY x.run_id DESC LIMIT 1
  ) AS r
  WHERE f.seq = $6 + 1 AND f.kind = 'batch' AND NOT ($19 AND f.is_final) AND r.state IN ('open', 'sealed')
    AND ($12::text IS NULL OR r.run_id <> $8)
    AND coalesce((SELECT o.state FROM orleans_batch.sink_run AS o WHERE o.run_id = f.run_id AND o.sink_id = $2), 'running') = 'running'
    AND NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = $1 AND q.sink_id = $2 AND q.done_at IS NULL)
    AND EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.sink_id = $2 AND s.state <> 'disabled')
    AND NOT EXISTS (
      SELECT FROM orleans_batch.pause AS p
      WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[($15::bigint)::text, '']) AND coalesce(p.schema_id, '') = ANY (ARRAY[$18, ''])
        AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[$2, 0::smallint]))
), next AS (
  SELECT coalesce(min(e.seq) FILTER (WHERE e.run_id <> r.run_id OR e.kind <> 'batch' OR $19 AND e.is_final) - 1, max(e.seq)) AS claimed_to,
    bool_or(r.run_id = $8) AND NOT $20 AS keeps_counts,
    $17 AND NOT EXISTS (SELECT FROM entry)
      AND NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q WHERE q.group_id = $1 AND q.sink_id = $2 AND q.done_at IS NULL)
      AND (
        SELECT g.tail_seq FROM orleans_batch.batch_group AS g WHERE g.group_id >= $1 AND g.group_id <= $1 ORDER BY g.group_id DESC LIMIT 1
      ) <= $6 AS drained
  FROM run AS r JOIN entry AS e ON true
), moved AS (
  UPDATE orleans_batch.sink_cursor AS c
  SET next_seq = $6 + 1, applied_seq = greatest(c.applied_seq, $6), floor_at = $7, claimed_to = n.claimed_to,
    claimed_at = clock_timestamp(), attempt = CASE WHEN n.claimed_to IS NULL THEN 0 ELSE 1 END, losses = 0,
    owner = CASE WHEN n.drained THEN NULL ELSE c.owner END,
    woken_from = CASE WHEN n.drained THEN c.woken_to ELSE c.woken_from END,
    heartbeat_at = clock_timestamp(), progressed_at = clock_timestamp(),
    run_id = CASE WHEN n.keeps_counts THEN $8 END, run_batches = CASE WHEN n.keeps_counts THEN $9 ELSE 0 END,
    run_rows = CASE WHEN n.keeps_counts THEN $10 ELSE 0 END, run_started_at = CASE WHEN n.keeps_counts THEN $11 END
  FROM next AS n
  WHERE c.ctid = coalesce($4, (SELECT k.ctid FROM orleans_batch.sink_cursor AS k WHERE k.group_id = $1 AND k.sink_id = $2))
    AND c.group_id = $1 AND c.sink_id = $2 AND c.epoch = $3 AND c.next_seq = $5
    AND NOT EXISTS (SELECT FROM orleans_batch.sink AS s WHERE s.upstream_id = $2)
  RETURNING c.ctid, c.claimed_to, c.claimed_at, n.drained, n.keeps_counts
), counted AS (
  INSERT INTO orleans_batch.sink_run AS o
    (run_id, sink_id, group_id, state, batches_applied, rows_applied, started_at, progressed_at, finished_at)
  SELECT $8, $2, $1, coalesce($12, 'running'), $9, $10, $11, clock_timestamp(), CASE WHEN $12 IS NOT NULL THEN clock_timestamp() END
  FROM moved AS m WHERE m.keeps_counts IS NOT TRUE
  ON CONFLICT ON CONSTRAINT sink_run_pk DO UPDATE
  SET batches_applied = o.batches_applied + EXCLUDED.batches_applied, rows_applied = o.rows_applied + EXCLUDED.rows_applied,
    state = EXCLUDED.state, progressed_at = EXCLUDED.progressed_at, finished_at = EXCLUDED.finished_at
), history AS (
  INSERT INTO orleans_batch.batch_attempt
    (group_id, sink_id, from_seq, to_seq, attempt, outcome, started_at, finished_at, silo, epoch)
  SELECT $1, $2, $5, $6, 1, 'succeeded', $16, clock_timestamp(), $13, $3 FROM moved
), dropped AS (
  DELETE FROM orleans_batch.wakeup AS w
  WHERE w.sink_id = $2 AND w.team_id = $15 AND w.group_id = $1 AND w.id >= $21 AND (SELECT m.drained FROM moved AS m)
)
SELECT m.ctid, m.claimed_at, m.drained, m.keeps_counts,
  set_config('orleans_batch.owns', CASE WHEN m.drained THEN 'released' ELSE current_setting('orleans_batch.owns') END, false),
  e.seq, e.created_at, e.run_id, e.batch_index, coalesce(e.origin_run_id, r.origin_run_id, e.run_id), coalesce(e.origin_index, e.batch_index),
  e.path, e.row_count, e.byte_size, e.is_final, e.metadata::text, r.sync_type, r.primary_keys, r.on_failure
FROM moved AS m
LEFT JOIN (run AS r CROSS JOIN entry AS e) ON e.seq <= m.claimed_to
ORDER BY e.seq
