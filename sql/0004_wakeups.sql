-- Wakeups and parked groups: what the pollers look at.

-- "This group may have work for this sink." Always inserted in the transaction that makes the work visible, never updated,
-- deleted only by the lock holder in a statement whose own snapshot proves the log drained.
CREATE TABLE orleans_batch.wakeup (
  team_id bigint NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  -- The sink first: a silo looks only at the sinks it serves, and never steps over the others' wakeups.
  CONSTRAINT wakeup_pk PRIMARY KEY (sink_id, team_id, group_id, id)
);

-- A group that waits: until a time, or (until is null) until somebody acts.
CREATE TABLE orleans_batch.parked (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  team_id bigint NOT NULL,
  until timestamptz,
  reason text NOT NULL,
  error text,
  CONSTRAINT parked_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT parked_reason_is_known CHECK (reason IN ('retry', 'not_ready', 'blocked', 'paused')),
  CONSTRAINT parked_without_time_is_stopped CHECK ((until IS NULL) = (reason IN ('blocked', 'paused')))
);

CREATE INDEX parked_due ON orleans_batch.parked (until) WHERE until IS NOT NULL;
