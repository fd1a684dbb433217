-- Guarantees one word for how the run has ended in all active sinks that want the run.
-- An unfinished sink decides first, then a sink in which the run did not succeed.
CREATE OR REPLACE FUNCTION orleans_batch.overall_outcome(r orleans_batch.run) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN o.state = 'unfinished' AND r.state NOT IN ('open', 'sealed') THEN r.state ELSE o.state END
  FROM (
    SELECT coalesce(n.state, 'unfinished') AS state FROM orleans_batch.run_outcomes(r) AS n
    WHERE n.state IS DISTINCT FROM 'not wanted'
    UNION ALL
    SELECT 'succeeded' WHERE NOT EXISTS (SELECT FROM orleans_batch.run_outcomes(r) AS n WHERE n.state IS DISTINCT FROM 'not wanted')
  ) AS o
  ORDER BY o.state = 'unfinished' DESC, o.state <> 'succeeded' DESC, o.state
  LIMIT 1
$$;
