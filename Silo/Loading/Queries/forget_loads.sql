-- Guarantees that calls go with their runs. A call and the first batches of its run are written in one transaction, under the lock.
DELETE FROM orleans_batch.load_call AS c WHERE NOT EXISTS (SELECT FROM orleans_batch.run AS r WHERE r.run_id = c.run_id)
