-- Guarantees the table of the notifications that wait for their commit.
CREATE TABLE orleans_batch.hint (
  hint_id bigint GENERATED ALWAYS AS IDENTITY,
  payload text NOT NULL,
  CONSTRAINT hint_pk PRIMARY KEY (hint_id)
);
