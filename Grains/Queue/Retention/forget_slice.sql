-- Guarantees that nobody needs what the detached partition $1 has of the groups looked at, and forgets the runs that ended there.
-- $2 the group to begin after, $3 the most groups. Returns the last group looked at (null: past the end), and the first that is needed
-- after all: then nothing was changed.
SELECT f.last_group, f.group_id FROM orleans_batch.forget_slice($1, $2, $3) AS f
