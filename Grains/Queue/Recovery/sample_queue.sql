-- Guarantees figures for the gauges from one snapshot: groups with a wakeup, at most 10,000 of them, and parked groups by reason.
-- The age of the oldest unfinished entry is left to the view of one group. Bounded by the wakeups and parked rows.
SELECT
  (SELECT count(*)::int FROM (SELECT DISTINCT w.group_id, w.sink_id FROM orleans_batch.wakeup AS w LIMIT 10000) AS d),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'retry'),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'not_ready'),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'blocked')
