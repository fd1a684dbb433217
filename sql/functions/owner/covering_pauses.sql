-- Guarantees the pauses that cover the group in the sink, each looked up by its key, however many pauses there are.
-- A group that is being forgotten counts as paused: its owner carries the forget out, and begins no entry.
-- The function is one plain query, so that the planner inlines it into the calling statement and the call costs nothing.
CREATE OR REPLACE FUNCTION orleans_batch.covering_pauses(team_id bigint, schema_id text, sink_id smallint)
RETURNS TABLE (who text, why text)
LANGUAGE sql STABLE AS $$
  SELECT p.who, p.why FROM orleans_batch.pause AS p
  WHERE coalesce(p.team_id::text, '') = ANY (ARRAY[covering_pauses.team_id::text, ''])
    AND coalesce(p.schema_id, '') = ANY (ARRAY[covering_pauses.schema_id, ''])
    AND coalesce(p.sink_id, 0::smallint) = ANY (ARRAY[covering_pauses.sink_id, 0::smallint])
  UNION ALL
  SELECT f.who, 'the group is being forgotten (' || f.why || ')' FROM orleans_batch.forgetting AS f
  WHERE f.team_id = covering_pauses.team_id AND f.schema_id = covering_pauses.schema_id
$$;
