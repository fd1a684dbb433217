-- Guarantees the table of silos that another silo can't reach.
CREATE TABLE orleans_batch.unreached_silo (
  silo text NOT NULL,
  peer text NOT NULL,
  address text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT unreached_silo_pk PRIMARY KEY (silo, peer)
);
