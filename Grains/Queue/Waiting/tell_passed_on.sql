-- Guarantees that the pollers of all silos are told of a group that one silo passes on, with the entry that it could not reach.
-- $1 group, $2 sink, $3 seq, $4 team, $5 schema. Runs after the lock is given back, so that who is told can have it at once.
SELECT pg_notify('orleans_batch_wakeup', format('passed/%s %s %s %s %s', $3::bigint, $1::int, $4::bigint, $2::smallint, $5::text))
