-- Guarantees the tables and columns by which a group is forgotten.
-- Each column has a constant default or none, so no table is rewritten. The check on requests reads its small table once.
-- An old snapshot reads its rows as before. A running owner waits for the locks, as for those of any migration, and goes on.
-- An open producer keeps batch_group locked: the migrator gives up meanwhile and tries again.
ALTER TABLE orleans_batch.batch_group ADD COLUMN is_closed boolean NOT NULL DEFAULT false;

ALTER TABLE orleans_batch.sink ADD COLUMN epoch_floor bigint NOT NULL DEFAULT 0;

ALTER TABLE orleans_batch.silo_sink ADD COLUMN forgets boolean NOT NULL DEFAULT false;

ALTER TABLE orleans_batch.operator_request ADD COLUMN tries int NOT NULL DEFAULT 0;
ALTER TABLE orleans_batch.operator_request ADD COLUMN last_error text;
ALTER TABLE orleans_batch.operator_request ADD COLUMN removed boolean;
ALTER TABLE orleans_batch.operator_request DROP CONSTRAINT request_kind_is_known;
ALTER TABLE orleans_batch.operator_request ADD CONSTRAINT request_kind_is_known CHECK (kind IN ('skip', 'replay', 'forget'));

CREATE TABLE orleans_batch.forgetting (
  group_id int NOT NULL,
  team_id bigint NOT NULL,
  schema_id text COLLATE "C" NOT NULL,
  left_sinks smallint[] NOT NULL DEFAULT '{}',
  who text NOT NULL,
  why text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT forgetting_pk PRIMARY KEY (group_id),
  CONSTRAINT forgetting_name_is_unique UNIQUE (team_id, schema_id)
);

CREATE TABLE orleans_batch.forgotten_run (
  run_id uuid NOT NULL,
  forgotten_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT forgotten_run_pk PRIMARY KEY (run_id)
);

-- Whoever may read runs, as a producer's role does, may read the forgotten ones.
DO $do$
DECLARE
  g record;
BEGIN
  FOR g IN
    SELECT CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS role
    FROM pg_catalog.pg_class AS c CROSS JOIN LATERAL aclexplode(c.relacl) AS a
    WHERE c.oid = 'orleans_batch.run'::regclass AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
  LOOP
    EXECUTE format('GRANT SELECT ON orleans_batch.forgotten_run TO %s', g.role);
  END LOOP;
END $do$;
