-- Guarantees the next partition to deal with, none of those in $3: first what an earlier sweep left detached or half detached, then what is
-- older than is kept. $1 for how many seconds the log is kept, $2 the attempts. Returns its table, its name, its state, whether it is old
-- enough to go, and the statement that detaches it (null when it is detached): that can't be part of a transaction or of a function.
-- A partition is left alone while a transaction is open that began before its end: it may have an entry in it that nobody sees yet.
SELECT p.parent, p.name, p.state, o.overdue,
  CASE p.state
    WHEN 'attached' THEN format('ALTER TABLE orleans_batch.%I DETACH PARTITION orleans_batch.%I CONCURRENTLY', p.parent, p.name)
    WHEN 'detaching' THEN format('ALTER TABLE orleans_batch.%I DETACH PARTITION orleans_batch.%I FINALIZE', p.parent, p.name)
  END
FROM orleans_batch.day_partition AS p
CROSS JOIN LATERAL (
  SELECT p.ends_at <= statement_timestamp()
    - CASE p.parent WHEN 'log_entry' THEN make_interval(secs => $1) ELSE make_interval(secs => $2) END AS overdue) AS o
WHERE (o.overdue OR p.state <> 'attached') AND p.name <> ALL ($3)
  AND (p.state <> 'attached' OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_stat_activity AS a
    WHERE a.datname = current_database() AND a.xact_start < p.ends_at AND a.backend_xid IS NOT NULL))
  AND (p.state <> 'attached' OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_prepared_xacts AS x WHERE x.database = current_database()))
ORDER BY p.state = 'attached', p.parent, p.day
LIMIT 1
