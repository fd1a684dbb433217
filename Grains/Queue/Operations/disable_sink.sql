-- Guarantees what the function says: no silo works on the sink any more. $1 name, $2 who, $3 why.
SELECT orleans_batch.disable_sink(name => $1, who => $2, why => $3)
