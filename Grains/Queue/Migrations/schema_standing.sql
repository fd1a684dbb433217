-- Guarantees how far the queue's schema is: no row of migrations at all, one of a version before 0.1.0, or one of this kind.
SELECT to_regclass('orleans_batch.migration') IS NOT NULL AS has_migrations,
  to_regclass('orleans_batch.schema_version') IS NOT NULL AS has_version
