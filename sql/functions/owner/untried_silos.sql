-- Guarantees the silos that run, serve the sink, and have not lately found the entry to be out of their reach. A silo that has started since,
-- or looked longer than a minute ago, may find it now: a file can have come, and a directory have been mounted. since: what was noted before
-- it does not count, because another round began then.
CREATE OR REPLACE FUNCTION orleans_batch.untried_silos(group_id int, sink_id smallint, seq bigint, since timestamptz = '-infinity')
RETURNS TABLE (silo text)
LANGUAGE sql STABLE AS $$
  SELECT v.silo FROM orleans_batch.serving_silo AS v
  WHERE v.sink_id = untried_silos.sink_id AND NOT EXISTS (
    SELECT FROM orleans_batch.unreached AS u
    WHERE u.group_id = untried_silos.group_id AND u.sink_id = untried_silos.sink_id AND u.silo = v.silo AND u.seq = untried_silos.seq
      AND u.noted_at >= greatest(v.started_at, untried_silos.since, statement_timestamp() - interval '1 minute'))
$$;
