-- Guarantees what the function says: the run takes nothing more, and what is not applied yet is skipped. $1 run, $2 who, $3 why.
SELECT orleans_batch.cancel_run(run_id => $1, who => $2, why => $3)
