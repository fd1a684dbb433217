-- Guarantees that the run is cancelled. $1 the run.
SELECT orleans_batch.cancel_run(run_id => $1, who => 'drill', why => 'The drill cancels runs.')
