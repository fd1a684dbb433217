-- Guarantees that the silos get the notification when the transaction commits, and that the transaction can be prepared instead.
-- After COMMIT PREPARED silos get no notification, and find the group by their next poll.
-- A server that allows no prepared transactions, as by default, pays nothing for this.
CREATE OR REPLACE FUNCTION orleans_batch.tell_silos(payload text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('max_prepared_transactions') = '0' THEN
    PERFORM pg_notify('orleans_batch_wakeup', payload);
  ELSE
    INSERT INTO orleans_batch.hint (payload) VALUES (tell_silos.payload);
  END IF;
END $$;
