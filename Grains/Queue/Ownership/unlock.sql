-- Guarantees that true means this session held the lock and holds it once less, and that it knows so itself. Runs after the commit of all
-- that the owner wrote: an unlock inside a transaction would let the next owner read the cursor as it was before that transaction.
-- $1 namespace of the sink, $2 group id.
SELECT pg_advisory_unlock($1, $2), set_config('orleans_batch.owns', '', false)
