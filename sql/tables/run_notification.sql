-- The outbox: a run has ended in a sink and the hooks have not confirmed it yet.
-- Inserted in the owner's statement that ends the run; deleted by the notifier when every hook has returned.
CREATE TABLE orleans_batch.run_notification (
  run_id uuid NOT NULL,
  sink_id smallint NOT NULL,
  group_id int NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  tries int NOT NULL DEFAULT 0,
  -- The notifier does not try again before this time.
  next_try_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_error text,
  CONSTRAINT run_notification_pk PRIMARY KEY (run_id, sink_id)
);

CREATE INDEX run_notification_due ON orleans_batch.run_notification (next_try_at);
