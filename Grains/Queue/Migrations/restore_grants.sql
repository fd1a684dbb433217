-- Guarantees that a routine or view that was made anew has the grants that its predecessor of the same name had, and no others.
-- What was replaced in place has kept its grants and is left alone. A column that is gone takes its grants with it.
DO $$
DECLARE
  made record;
  kept record;
BEGIN
  FOR made IN
    SELECT 'ROUTINE' AS kind, p.oid, p.proname AS name, p.oid::regprocedure::text AS target FROM pg_catalog.pg_proc AS p
    WHERE p.pronamespace = 'orleans_batch'::regnamespace AND NOT EXISTS (SELECT FROM pg_temp.kept_grant AS k WHERE k.oid = p.oid)
    UNION ALL
    SELECT 'TABLE', c.oid, c.relname, c.oid::regclass::text FROM pg_catalog.pg_class AS c
    WHERE c.relnamespace = 'orleans_batch'::regnamespace AND c.relkind = 'v'
      AND NOT EXISTS (SELECT FROM pg_temp.kept_grant AS k WHERE k.oid = c.oid)
  LOOP
    IF made.kind = 'ROUTINE' AND EXISTS (
      SELECT FROM pg_temp.kept_grant AS k WHERE k.kind = made.kind AND k.name = made.name AND k.privilege_type IS NOT NULL)
    THEN
      EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', made.target);
    END IF;
    FOR kept IN
      SELECT k.privilege_type, k.column_name, k.is_grantable,
        CASE k.grantee WHEN 0 THEN 'PUBLIC' ELSE k.grantee::regrole::text END AS grantee
      FROM pg_temp.kept_grant AS k
      WHERE k.kind = made.kind AND k.name = made.name AND k.privilege_type IS NOT NULL AND (k.column_name IS NULL OR EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS t WHERE t.attrelid = made.oid AND t.attname = k.column_name))
    LOOP
      EXECUTE format(
        'GRANT %s%s ON %s %s TO %s%s', kept.privilege_type, ' (' || quote_ident(kept.column_name) || ')', made.kind, made.target,
        kept.grantee, CASE WHEN kept.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
    END LOOP;
  END LOOP;
END $$
