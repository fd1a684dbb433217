-- Notifications that wait for their transaction's commit; always empty outside of transactions.
-- Written only by tell_silos and send_hint, and only where the server allows prepared transactions.
CREATE TABLE orleans_batch.hint (
  hint_id bigint GENERATED ALWAYS AS IDENTITY,
  payload text NOT NULL,
  CONSTRAINT hint_pk PRIMARY KEY (hint_id)
);
