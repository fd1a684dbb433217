-- Guarantees what the function says: the request is there for the group's owner. $1 team, $2 schema, $3 sink, $4 first seq, $5 force,
-- $6 who, $7 why.
SELECT orleans_batch.replay(team_id => $1, schema_id => $2, sink => $3, from_seq => $4, force => $5, who => $6, why => $7)
