-- Guarantees the role as which a drill's silos and producers connect. The password was set before in this transaction.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles AS r WHERE r.rolname = 'orleans_batch_drill') THEN
    CREATE ROLE orleans_batch_drill LOGIN;
  END IF;
  EXECUTE format('ALTER ROLE orleans_batch_drill PASSWORD %L', current_setting('orleans_batch_drill.password'));
END $$
