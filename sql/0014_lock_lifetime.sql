-- The lock lifetime that the owner's session was settled with: a peer that is configured with a shorter one must not end it early.
-- Null on rows from before; the peer's own lifetime counts then.
ALTER TABLE orleans_batch.sink_cursor ADD COLUMN lock_lifetime interval;
