-- Guarantees that an end which every hook has heard is not told again. $1 run, $2 sink. Returns nothing when somebody else has told it.
DELETE FROM orleans_batch.run_notification AS n WHERE n.run_id = $1 AND n.sink_id = $2 RETURNING 1
