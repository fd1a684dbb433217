-- Guarantees what autovacuum would have done by the time a backlog of this size had come together.
VACUUM ANALYZE
