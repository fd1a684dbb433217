-- Guarantees that the lock is given back once, and only when the statement before it in the pipeline has given the group up and committed:
-- an unlock inside that transaction would let the next owner read the cursor as it was before it. True: this session held the lock and
-- holds it once less. No row: it still has the group.
-- $1 namespace of the sink, $2 group id.
SELECT pg_advisory_unlock($1, $2), set_config('orleans_batch.owns', '', false)
WHERE current_setting('orleans_batch.owns', true) = 'released'
