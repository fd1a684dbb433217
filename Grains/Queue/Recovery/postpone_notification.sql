-- Guarantees that an end which some hook has not heard is told again after a while. $1 run, $2 sink, $3 seconds to wait, $4 error.
UPDATE orleans_batch.run_notification AS n
SET tries = n.tries + 1, next_try_at = clock_timestamp() + make_interval(secs => $3), last_error = $4
WHERE n.run_id = $1 AND n.sink_id = $2
RETURNING n.tries
