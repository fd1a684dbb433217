-- Guarantees what the function says: runs without a sign of life and without progress are stranded. $1 seconds. Returns how many were.
SELECT orleans_batch.strand_runs(idle => make_interval(secs => $1))
