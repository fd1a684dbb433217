-- Guarantees that the run is retried and sealed, whatever was applied meanwhile. $1 the run.
SELECT orleans_batch.retry_run(run_id => $1, force => true, who => 'drill', why => 'The drill retries runs.', seal => true)
