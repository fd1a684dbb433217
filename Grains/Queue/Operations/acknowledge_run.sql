-- Guarantees what the function says: doctor no longer names the failed run. $1 run, $2 who, $3 why.
SELECT orleans_batch.acknowledge_run(run_id => $1, who => $2, why => $3)
