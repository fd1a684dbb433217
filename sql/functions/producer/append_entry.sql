-- Guarantees that the entry gets the group's next seq, in commit order, and becomes visible with a wakeup for every primary sink.
-- The caller holds the group's row lock, so nobody else appends between the update and the commit.
-- A group that is being forgotten takes no entry.
CREATE OR REPLACE FUNCTION orleans_batch.append_entry(entry orleans_batch.log_entry) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  team bigint;
  schema text;
  idle_sinks text;
  closed boolean;
BEGIN
  UPDATE orleans_batch.batch_group AS g
  SET tail_seq = g.tail_seq + 1, last_created_at = greatest(clock_timestamp(), g.last_created_at)
  WHERE g.group_id = entry.group_id
  RETURNING g.team_id, g.schema_id, g.tail_seq, g.last_created_at, g.is_closed INTO team, schema, entry.seq, entry.created_at, closed;
  IF closed THEN
    PERFORM orleans_batch.refuse_forgotten(team, schema);
  END IF;

  -- The partition is looked for first, because catching the insert's error would cost a subtransaction per batch.
  -- A detached partition has no root.
  IF pg_partition_root(to_regclass('orleans_batch.log_entry_' || to_char(entry.created_at AT TIME ZONE 'UTC', 'YYYYMMDD'))) IS NULL THEN
    RAISE EXCEPTION 'The queue has no partition for %, so nothing can be enqueued.', (entry.created_at AT TIME ZONE 'UTC')::date
      USING ERRCODE = 'OB016', HINT = 'Start a silo, or run "orleansbatch migrate": both make partitions seven days ahead.';
  END IF;
  INSERT INTO orleans_batch.log_entry SELECT entry.*;

  -- Only an idle group gets a hint, because a hint at every commit would make all producers queue behind each other.
  -- The hint names the group, its team, its idle sinks and its schema, so that a silo can start the group at once: "12 7 1,2 orders".
  -- Each sink is judged by itself, because wakeups of an unserved sink must not silence the hint for the others.
  SELECT string_agg(s.sink_id::text, ',') INTO idle_sinks
  FROM orleans_batch.sink AS s
  WHERE s.upstream_id IS NULL
    AND NOT EXISTS (
      SELECT FROM orleans_batch.wakeup AS w WHERE w.sink_id = s.sink_id AND w.team_id = team AND w.group_id = entry.group_id);
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
  SELECT team, entry.group_id, s.sink_id FROM orleans_batch.sink AS s WHERE s.upstream_id IS NULL;
  IF idle_sinks IS NOT NULL THEN
    PERFORM orleans_batch.tell_silos(concat_ws(' ', entry.group_id, team, idle_sinks, schema));
  END IF;
  RETURN entry.seq;
END $$;
