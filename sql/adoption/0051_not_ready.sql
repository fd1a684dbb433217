-- Guarantees the groups that wait for their sink, and the silos that could not reach what a batch names.
CREATE TABLE orleans_batch.not_ready (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  since timestamptz NOT NULL,
  asked_at timestamptz NOT NULL,
  tries int NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT not_ready_pk PRIMARY KEY (group_id, sink_id)
);

CREATE INDEX not_ready_since ON orleans_batch.not_ready (since);

CREATE INDEX not_ready_unreachable ON orleans_batch.not_ready (sink_id, group_id) WHERE code = 'unreachable';

CREATE TABLE orleans_batch.unreached (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  silo text NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  noted_at timestamptz NOT NULL,
  CONSTRAINT unreached_pk PRIMARY KEY (group_id, sink_id, silo)
);
