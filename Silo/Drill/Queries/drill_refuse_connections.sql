-- Guarantees that no session of silos or producers is added; those that are there stay.
ALTER ROLE orleans_batch_drill CONNECTION LIMIT 0
