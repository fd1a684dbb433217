-- Guarantees that no session of silos or producers is added. Sessions that are there stay.
ALTER ROLE orleans_batch_drill CONNECTION LIMIT 0
