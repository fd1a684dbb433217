-- Guarantees that the silos are told when the transaction commits, and that it can be prepared instead: then they are not told, and find
-- the group by their next poll after COMMIT PREPARED. Where the server allows no prepared transactions, which is its default, that costs
-- nothing.
CREATE OR REPLACE FUNCTION orleans_batch.tell_silos(payload text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('max_prepared_transactions') = '0' THEN
    PERFORM pg_notify('orleans_batch_wakeup', payload);
  ELSE
    INSERT INTO orleans_batch.hint (payload) VALUES (tell_silos.payload);
  END IF;
END $$;
