-- Guarantees that a hint is sent at the commit and leaves no row behind.
-- The trigger fires when the transaction is to be committed or prepared.
-- The client's own words tell which, because PREPARE TRANSACTION can't come from a function.
-- Words that only look like PREPARE TRANSACTION cost a hint, and nothing more.
CREATE OR REPLACE FUNCTION orleans_batch.send_hint() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() !~* 'prepare\s+transaction' THEN
    PERFORM pg_notify('orleans_batch_wakeup', NEW.payload);
  END IF;
  DELETE FROM orleans_batch.hint AS h WHERE h.hint_id = NEW.hint_id;
  RETURN NULL;
END $$;
