-- Guarantees what keeps an owner from the group in the sink: each covering pause, and the sink when disabled.
CREATE OR REPLACE FUNCTION orleans_batch.pauses_of(team_id bigint, schema_id text, sink_id smallint) RETURNS TABLE (who text, why text)
LANGUAGE sql STABLE AS $$
  SELECT p.who, p.why FROM orleans_batch.covering_pauses(pauses_of.team_id, pauses_of.schema_id, pauses_of.sink_id) AS p
  UNION ALL
  SELECT '', 'The sink is disabled.' FROM orleans_batch.sink AS s WHERE s.sink_id = pauses_of.sink_id AND s.state = 'disabled'
$$;
