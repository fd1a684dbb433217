-- A group that waits in a sink: until a time, or (until is null) until somebody acts.
-- Written by the group's owner. Deleted by the owner, the poller and the operator's functions.
CREATE TABLE orleans_batch.parked (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  team_id bigint NOT NULL,
  until timestamptz,
  reason text NOT NULL,
  error text,
  error_detail text,
  CONSTRAINT parked_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT parked_reason_is_known CHECK (reason IN ('retry', 'not_ready', 'blocked', 'paused')),
  CONSTRAINT parked_without_time_is_stopped CHECK ((until IS NULL) = (reason IN ('blocked', 'paused')))
);

CREATE INDEX parked_due ON orleans_batch.parked (until) WHERE until IS NOT NULL;

CREATE INDEX parked_paused ON orleans_batch.parked (group_id, sink_id) WHERE reason = 'paused';
