-- Guarantees a partition of the log and of the attempts for yesterday, today and each of the days ahead.
-- A partition is made apart and then attached, so that no producer or owner waits.
-- There is no default partition, because attaching would have to scan it.
-- Two callers at once: the transaction's advisory lock lets one at a time look and make.
CREATE OR REPLACE FUNCTION orleans_batch.ensure_partitions(days_ahead int DEFAULT 7) RETURNS int
LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  key_column text;
  day date;
  child text;
  made int := 0;
BEGIN
  PERFORM pg_advisory_xact_lock(1329725439, 1);
  FOR parent, key_column IN VALUES ('log_entry', 'created_at'), ('batch_attempt', 'finished_at') LOOP
    FOR day IN
      SELECT ((clock_timestamp() AT TIME ZONE 'UTC')::date + d) FROM generate_series(-1, days_ahead) AS d
    LOOP
      child := parent || '_' || to_char(day, 'YYYYMMDD');
      CONTINUE WHEN to_regclass(format('orleans_batch.%I', child)) IS NOT NULL;
      EXECUTE format('CREATE TABLE orleans_batch.%I (LIKE orleans_batch.%I INCLUDING ALL)', child, parent);
      EXECUTE format(
        'ALTER TABLE orleans_batch.%I ATTACH PARTITION orleans_batch.%I FOR VALUES FROM (%L) TO (%L)',
        parent, child, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
