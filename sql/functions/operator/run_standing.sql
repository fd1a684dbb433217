-- Guarantees one word for how the run stands in all primary sinks.
-- The run is unfinished until each sink has an outcome. Then the worst outcome counts.
CREATE OR REPLACE FUNCTION orleans_batch.run_standing(r orleans_batch.run) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN r.state NOT IN ('open', 'sealed') THEN r.state
    WHEN count(*) = 0 OR count(o.state) < count(*) THEN 'unfinished'
    WHEN bool_or(o.state = 'failed') THEN 'failed'
    ELSE coalesce(min(o.state) FILTER (WHERE o.state NOT IN ('succeeded', 'not wanted')), 'succeeded')
  END
  FROM orleans_batch.run_outcomes(r) AS o
  WHERE o.upstream_id IS NULL
$$;
