-- Guarantees that each run says what becomes of rows without a key and of values that a sink can not hold exactly.
ALTER TABLE orleans_batch.run
  -- One of refuse, keep.
  ADD COLUMN null_keys text NOT NULL DEFAULT 'refuse',
  -- One of refuse, round.
  ADD COLUMN lossy text NOT NULL DEFAULT 'refuse';
