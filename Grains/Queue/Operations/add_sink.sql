-- Guarantees what the function says: the sink exists, with this upstream. $1 name, $2 upstream, $3 start or tail, $4 who, $5 why.
SELECT orleans_batch.add_sink(name => $1, upstream => $2, start_at => $3, who => $4, why => $5)
