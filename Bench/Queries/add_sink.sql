-- Guarantees that batches are enqueued for the sink before any silo has served it. $1 name.
INSERT INTO orleans_batch.sink (name) VALUES ($1) ON CONFLICT (name) DO NOTHING
