-- Guarantees that the name of an owner that left its claim unfinished is kept until the loss is on record.
ALTER TABLE orleans_batch.sink_cursor ADD COLUMN lost_owner text;
