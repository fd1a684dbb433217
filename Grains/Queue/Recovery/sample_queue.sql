-- Guarantees figures for the gauges from one snapshot: groups with unfinished entries, parked groups by reason, held locks, and the age
-- in seconds of the oldest wakeup-bearing group's next entry is left to the view of one group. Bounded by the wakeups and parked rows.
SELECT
  (SELECT count(*)::int FROM (SELECT DISTINCT w.group_id, w.sink_id FROM orleans_batch.wakeup AS w LIMIT 10000) AS d),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'retry'),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'not_ready'),
  (SELECT count(*)::int FROM orleans_batch.parked AS p WHERE p.reason = 'blocked')
