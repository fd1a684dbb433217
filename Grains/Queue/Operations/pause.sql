-- Guarantees what the function says: the pause is there for every owner's next boundary. $1 team, $2 schema, $3 sink, $4 who, $5 why.
SELECT orleans_batch.pause(team_id => $1, schema_id => $2, sink => $3, who => $4, why => $5)
