-- Guarantees that runs which ended in a detached partition are forgotten only where nobody needs their groups' entries in it.
-- One call takes at most at_most groups after after_group.
-- If a group needs its entries, the call changes nothing and returns that group.
-- Whoever reads a partition through the log holds a lock on the log until its transaction ends. Detaching has waited for these locks.
-- No cursor and no request for these entries can come any more, and a group that was looked at stays as it is.
-- Against a producer that repeats a batch of such a run: the producer's lock on the run puts one after the other.
CREATE OR REPLACE FUNCTION orleans_batch.forget_slice(name text, after_group int, at_most int, OUT last_group int, OUT group_id int)
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  h record;
BEGIN
  IF (SELECT p.state FROM orleans_batch.day_partition AS p WHERE p.name = forget_slice.name) IS DISTINCT FROM 'detached' THEN
    RAISE EXCEPTION 'Partition % is not detached, so nothing of it is forgotten.', name USING ERRCODE = 'OB039',
      HINT = 'Leave partitions to the sweep, which detaches them first.';
  END IF;
  SELECT * INTO h FROM orleans_batch.partition_holder(forget_slice.name, forget_slice.after_group, at_most);
  last_group := h.last_group;
  group_id := h.group_id;
  IF group_id IS NOT NULL THEN
    RETURN;
  END IF;

  EXECUTE format($query$
    WITH RECURSIVE there AS (
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > $1 ORDER BY e.group_id LIMIT 1) AS group_id, 1 AS n
      UNION ALL
      SELECT (SELECT e.group_id FROM orleans_batch.%1$I AS e WHERE e.group_id > t.group_id ORDER BY e.group_id LIMIT 1), t.n + 1
      FROM there AS t WHERE t.group_id IS NOT NULL AND t.n < $2
    ), newest AS MATERIALIZED (
      SELECT t.group_id, (SELECT e.seq FROM orleans_batch.%1$I AS e WHERE e.group_id = t.group_id ORDER BY e.seq DESC LIMIT 1) AS seq
      FROM there AS t WHERE t.group_id IS NOT NULL
    ), ended AS (
      DELETE FROM orleans_batch.run AS r USING newest AS n
      WHERE r.group_id = n.group_id AND r.end_seq <= n.seq AND r.state <> 'open'
        AND NOT EXISTS (SELECT FROM orleans_batch.run_notification AS o WHERE o.run_id = r.run_id)
      RETURNING r.run_id
    ), outcomes AS (
      DELETE FROM orleans_batch.sink_run AS o USING ended AS e WHERE o.run_id = e.run_id
    ), exceptions AS (
      DELETE FROM orleans_batch.batch_exception AS x USING newest AS n WHERE x.group_id = n.group_id AND x.seq <= n.seq
    )
    DELETE FROM orleans_batch.operator_request AS o USING newest AS n
    WHERE o.group_id = n.group_id AND o.seq <= n.seq AND o.done_at IS NOT NULL
    $query$, forget_slice.name)
  USING forget_slice.after_group, at_most;
END $$;
