-- Guarantees that what operators have granted on our routines and views is known until the transaction ends, whatever is made anew.
-- A routine or view without grants of its own has one row, without a privilege.
CREATE TEMP TABLE kept_grant ON COMMIT DROP AS
SELECT o.kind, o.oid, o.name, NULL::name AS column_name, a.grantee, a.privilege_type, a.is_grantable
FROM (
  SELECT 'ROUTINE' AS kind, p.oid, p.proname AS name, p.proacl AS acl FROM pg_catalog.pg_proc AS p
  WHERE p.pronamespace = to_regnamespace('orleans_batch')
  UNION ALL
  SELECT 'TABLE', c.oid, c.relname, c.relacl FROM pg_catalog.pg_class AS c
  WHERE c.relnamespace = to_regnamespace('orleans_batch') AND c.relkind = 'v'
) AS o LEFT JOIN LATERAL pg_catalog.aclexplode(o.acl) AS a ON true
UNION
SELECT 'TABLE', c.oid, c.relname, t.attname, a.grantee, a.privilege_type, a.is_grantable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_attribute AS t ON t.attrelid = c.oid
CROSS JOIN LATERAL pg_catalog.aclexplode(t.attacl) AS a
WHERE c.relnamespace = to_regnamespace('orleans_batch') AND c.relkind = 'v'
