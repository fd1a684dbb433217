-- Guarantees a request to apply everything again from the given entry on, under an origin of the request's own.
-- Returns the request's number. Locks nothing that producers or owners wait for. The sink's position is read once.
-- The owner alone moves the position, and reads it again when carrying the request out.
CREATE OR REPLACE FUNCTION orleans_batch.replay(
  team_id bigint, schema_id text, sink text, from_seq bigint, force boolean = false, who text = session_user, why text = '')
RETURNS bigint
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
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
