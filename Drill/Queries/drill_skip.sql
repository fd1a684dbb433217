-- Guarantees a request to skip the batch. $1 the run, $2 the index.
SELECT orleans_batch.skip_batch(run_id => $1, batch_index => $2, who => 'drill', why => 'The drill skips batches.')
