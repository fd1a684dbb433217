-- Guarantees how many slots a silo has, and the calls that hang.
ALTER TABLE orleans_batch.silo ADD COLUMN slots int NOT NULL DEFAULT 16;

CREATE TABLE orleans_batch.hung_call (
  silo text NOT NULL,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  since timestamptz NOT NULL,
  CONSTRAINT hung_call_pk PRIMARY KEY (silo, group_id, sink_id)
);
