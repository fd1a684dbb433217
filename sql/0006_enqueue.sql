-- What a producer calls, from any language, inside its own transaction. Every refusal has its own SQLSTATE (OB001 and up).

-- Guarantees that the group exists and returns its id. Reads first: an insert that conflicts would burn an id at every call.
-- Two producers at once: both may insert, the unique constraint lets one through, the other reads it in its next statement.
CREATE FUNCTION orleans_batch.ensure_group(team_id bigint, schema_id text) RETURNS int
LANGUAGE plpgsql AS $$
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

-- Guarantees that the entry gets the group's next seq, becomes visible together with a wakeup for every primary sink, and that
-- seq order is commit order. The caller holds the group's row lock, so nobody else appends between the update and the commit.
CREATE FUNCTION orleans_batch.append_entry(entry orleans_batch.log_entry) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  team bigint;
  idle boolean;
BEGIN
  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.group_id = entry.group_id
  RETURNING g.team_id, g.tail_seq, g.last_created_at INTO team, entry.seq, entry.created_at;

  -- Asked for beforehand: catching the insert's error would cost a subtransaction per batch. A detached partition has no root.
  IF pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NULL THEN
    RAISE EXCEPTION 'The queue has no partition for %, so nothing can be enqueued.', (entry.created_at AT TIME ZONE 'UTC')::date
      USING ERRCODE = 'OB016', HINT = 'Start a silo, or run "orleansbatch migrate": both make partitions seven days ahead.';
  END IF;
  INSERT INTO orleans_batch.log_entry SELECT entry.*;

  -- A hint for an idle group only: at every commit it would make all producers queue behind each other.
  -- Per sink: the wakeups of one that nobody serves must not silence the hint for the others.
  idle := EXISTS (
    SELECT FROM orleans_batch.sink AS s
    WHERE s.upstream_id IS NULL
      AND NOT EXISTS (
        SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = s.sink_id AND w.team_id = team AND w.group_id = entry.group_id));
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT team, entry.group_id, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF idle THEN
    PERFORM pg_notify('orleans_batch_wakeup', '');
  END IF;
  RETURN entry.seq;
END $$;

-- Guarantees that the caller's snapshots are taken per statement: an older one could miss a sink that was added meanwhile.
CREATE FUNCTION orleans_batch.require_read_committed() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'The transaction''s isolation level is "%", but the queue can only be written in "read committed".',
      current_setting('transaction_isolation')
      USING ERRCODE = 'OB001', HINT = 'Begin the transaction with ISOLATION LEVEL READ COMMITTED.';
  END IF;
END $$;

-- Guarantees that a run which takes no further entries is refused with the reason.
CREATE FUNCTION orleans_batch.require_open(run orleans_batch.run) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF run.state = 'open' THEN
    RETURN;
  END IF;
  RAISE EXCEPTION 'Run % is %, so it takes no further batches.', run.run_id, run.state
    USING ERRCODE = CASE run.state WHEN 'sealed' THEN 'OB004' WHEN 'cancelled' THEN 'OB005'
                                   WHEN 'superseded' THEN 'OB006' ELSE 'OB007' END,
          HINT = 'Enqueue the data as a new run, under a new run id.';
END $$;
