-- Guarantees the state that autovacuum would have reached by the time a backlog of this size had come together.
VACUUM ANALYZE
