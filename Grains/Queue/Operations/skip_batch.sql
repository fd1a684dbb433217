-- Guarantees what the function says: the requests are there for the owners. $1 run, $2 index, $3 sink or null, $4 who, $5 why.
SELECT orleans_batch.skip_batch(run_id => $1, batch_index => $2, sink => $3, who => $4, why => $5)
