-- Guarantees the batch that a silo runs alone at this moment, if there is one, and how many groups wait for its end.
SELECT b.silo, b.team_id, b.schema_id, b.sink, b.seq, b.losses, b.since, b.groups_waiting FROM orleans_batch.lone_batch AS b
