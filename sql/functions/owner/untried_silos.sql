-- Guarantees the running silos that serve the sink and have not lately found the entry out of reach.
-- A silo counts as untried again after a restart, or a minute after its last look.
-- Meanwhile a file can have come, or a directory been mounted.
-- since: when the present round of tries began. Older rows of silos do not count.
CREATE OR REPLACE FUNCTION orleans_batch.untried_silos(group_id int, sink_id smallint, seq bigint, since timestamptz = '-infinity')
RETURNS TABLE (silo text)
LANGUAGE sql STABLE AS $$
  SELECT v.silo FROM orleans_batch.serving_silo AS v
  WHERE v.sink_id = untried_silos.sink_id AND NOT EXISTS (
    SELECT FROM orleans_batch.unreached AS u
    WHERE u.group_id = untried_silos.group_id AND u.sink_id = untried_silos.sink_id AND u.silo = v.silo AND u.seq = untried_silos.seq
      AND u.noted_at >= greatest(v.started_at, untried_silos.since, statement_timestamp() - interval '1 minute'))
$$;
