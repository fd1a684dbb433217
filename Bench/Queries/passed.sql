-- Guarantees how many entries the sinks have passed.
SELECT coalesce(sum(c.next_seq - 1), 0)::bigint FROM orleans_batch.sink_cursor AS c
