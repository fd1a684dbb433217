-- A silo that could not reach the file of an entry, and why. Written by the group's owner, which passes the group on.
CREATE TABLE orleans_batch.unreached (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  silo text NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  noted_at timestamptz NOT NULL,
  CONSTRAINT unreached_pk PRIMARY KEY (group_id, sink_id, silo)
);
