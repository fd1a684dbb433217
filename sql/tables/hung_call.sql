-- A sink's call that was cancelled and has not returned. Until its restart the silo has one thread less, and can't take the group.
-- Written only by the silo's poller. A row of a silo that is gone means nothing.
CREATE TABLE orleans_batch.hung_call (
  silo text NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT hung_call_pk PRIMARY KEY (silo, group_id, sink_id)
);
