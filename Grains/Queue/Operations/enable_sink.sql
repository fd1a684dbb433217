-- Guarantees what the function says: silos may work on the sink again. $1 name, $2 who, $3 why.
SELECT orleans_batch.enable_sink(name => $1, who => $2, why => $3)
