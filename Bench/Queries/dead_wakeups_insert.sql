-- Guarantees $1 wakeups of 1,000 groups in 250 teams that come before all others.
INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id)
SELECT 1 + w % 250, 10000000 + w % 1000, s.sink_id FROM generate_series(1, $1::int) AS w CROSS JOIN orleans_batch.sink AS s
