-- Guarantees every key of ours that some session of this database holds at this moment. Reads no table.
SELECT h.group_id, h.sink_id FROM orleans_batch.held_lock AS h
