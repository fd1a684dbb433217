-- Guarantees every finding of the parts, errors first, at most 50 of a kind.
-- - stuck_after: the age at which a batch under way is a finding.
-- - silent_after: how long a producer of an open run may be silent.
-- - waiting_after: how long a group may wait for its sink.
CREATE OR REPLACE FUNCTION orleans_batch.doctor(
  stuck_after interval = '2 hours', silent_after interval = '2 hours', waiting_after interval = '5 minutes')
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT f.code, f.severity, f.subject,
    f.message || CASE WHEN f.n = 50 AND f.total > 50 THEN format(' There are %s more like it.', f.total - 50) ELSE '' END, f.remedy
  FROM (
    SELECT a.*, row_number() OVER (PARTITION BY a.code ORDER BY a.subject) AS n, count(*) OVER (PARTITION BY a.code) AS total
    FROM (
      SELECT * FROM orleans_batch.doctor_partitions()
      UNION ALL SELECT * FROM orleans_batch.doctor_sinks()
      UNION ALL SELECT * FROM orleans_batch.doctor_silos()
      UNION ALL SELECT * FROM orleans_batch.doctor_alone()
      UNION ALL SELECT * FROM orleans_batch.doctor_groups(stuck_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_not_ready(waiting_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_pauses()
      UNION ALL SELECT * FROM orleans_batch.doctor_forgets()
      UNION ALL SELECT * FROM orleans_batch.doctor_runs(silent_after)
      UNION ALL SELECT * FROM orleans_batch.doctor_failed_runs()
    ) AS a
  ) AS f
  WHERE f.n <= 50
  ORDER BY f.severity, f.code, f.n
$$;
