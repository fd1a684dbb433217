-- Guarantees what the function says: no group stays parked for a pause that is over. $1 the most groups to wake at once. Returns how many
-- were.
SELECT orleans_batch.wake_resumed(at_most => $1)
