-- "This group may have work for this sink." Always inserted in the transaction that makes the work visible, and never updated.
-- Deleted only by the lock holder, in a statement whose own snapshot proves the log drained.
CREATE TABLE orleans_batch.wakeup (
  team_id bigint NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- The sink comes first, so that a silo never steps over wakeups of sinks that it does not serve.
  CONSTRAINT wakeup_pk PRIMARY KEY (sink_id, team_id, group_id, id)
);
