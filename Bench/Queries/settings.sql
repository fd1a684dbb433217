-- Guarantees the settings that decide how fast and how durable this server is.
SELECT s.name, s.setting || coalesce(' ' || s.unit, '') FROM pg_catalog.pg_settings AS s
WHERE s.name IN ('server_version', 'fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_sync_method')
ORDER BY s.name
