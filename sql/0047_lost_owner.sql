-- The owner that went away in a batch. The next one writes its own name to the cursor before it finds the claim, so the former name is kept
-- until the loss is on record.
ALTER TABLE orleans_batch.sink_cursor ADD COLUMN lost_owner text;
