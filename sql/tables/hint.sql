-- A notification that waits for its transaction's commit. Outside of transactions the table is always empty.
-- Written only by tell_silos and send_hint, and only where the server allows prepared transactions.
CREATE TABLE orleans_batch.hint (
  hint_id bigint GENERATED ALWAYS AS IDENTITY,
  payload text NOT NULL,
  CONSTRAINT hint_pk PRIMARY KEY (hint_id)
);
