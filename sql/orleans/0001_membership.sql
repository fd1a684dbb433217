-- What Orleans' ADO.NET clustering reads and writes: its statements come from the table OrleansQuery, by key. Idempotent.
CREATE SCHEMA IF NOT EXISTS orleans;
SET LOCAL search_path = orleans;

CREATE TABLE IF NOT EXISTS OrleansQuery (
  QueryKey text NOT NULL CONSTRAINT orleans_query_pk PRIMARY KEY,
  QueryText text NOT NULL
);

-- One row a cluster; its version guards every change of the membership.
CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (
  DeploymentId text NOT NULL CONSTRAINT membership_version_pk PRIMARY KEY,
  Timestamp timestamptz NOT NULL DEFAULT clock_timestamp(),
  Version int NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
  DeploymentId text NOT NULL,
  Address text NOT NULL,
  Port int NOT NULL,
  Generation int NOT NULL,
  SiloName text NOT NULL,
  HostName text NOT NULL,
  Status int NOT NULL,
  ProxyPort int NOT NULL,
  SuspectTimes text,
  StartTime timestamptz NOT NULL,
  IAmAliveTime timestamptz NOT NULL,
  CONSTRAINT membership_pk PRIMARY KEY (DeploymentId, Address, Port, Generation),
  CONSTRAINT membership_of_a_cluster FOREIGN KEY (DeploymentId) REFERENCES OrleansMembershipVersionTable (DeploymentId)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $q$
  WITH made AS (
    INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1
  )
  SELECT EXISTS (SELECT FROM made)
$q$),
-- Version first: its row lock lets one silo at a time change the membership, and a stale version changes nothing.
('InsertMembershipKey', $q$
  WITH raised AS (
    UPDATE OrleansMembershipVersionTable AS v SET Version = v.Version + 1, Timestamp = clock_timestamp()
    WHERE v.DeploymentId = @DeploymentId AND v.Version = @Version
      AND NOT EXISTS (
        SELECT FROM OrleansMembershipTable AS m
        WHERE m.DeploymentId = @DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation)
    RETURNING v.DeploymentId
  ), made AS (
    INSERT INTO OrleansMembershipTable
      (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    SELECT r.DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM raised AS r
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM made)
$q$),
('UpdateMembershipKey', $q$
  WITH raised AS (
    UPDATE OrleansMembershipVersionTable AS v SET Version = v.Version + 1, Timestamp = clock_timestamp()
    WHERE v.DeploymentId = @DeploymentId AND v.Version = @Version
    RETURNING v.DeploymentId
  ), changed AS (
    UPDATE OrleansMembershipTable AS m SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    FROM raised AS r
    WHERE m.DeploymentId = r.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM changed)
$q$),
('UpdateIAmAlivetimeKey', $q$
  UPDATE OrleansMembershipTable SET IAmAliveTime = @IAmAliveTime
  WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$q$),
('MembershipReadRowKey', $q$
  SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
  FROM OrleansMembershipVersionTable AS v
  LEFT JOIN OrleansMembershipTable AS m
    ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
  WHERE v.DeploymentId = @DeploymentId
$q$),
-- The database is the witness while the reading silo joins: members without a session in it were killed, and stay out of sight, so that the
-- newcomer waits for none of them. A session that was not used of late is what a host without power has left behind.
-- A silo that is active sees all members, and Orleans' votes alone declare a silo dead.
-- The connection's name carries the silo's. Characters that Postgres replaces in such a name leave everything in sight.
('MembershipReadAllKey', $q$
  WITH reader AS (
    SELECT split_part(current_setting('application_name'), 'orleans-batch-orleans@', 2) AS silo
  ), joining AS (
    SELECT r.silo FROM reader AS r
    WHERE r.silo <> '' AND r.silo !~ '[?\\]' AND 3 IS DISTINCT FROM (
      SELECT m.Status FROM OrleansMembershipTable AS m
      WHERE m.DeploymentId = @DeploymentId AND m.SiloName = r.silo
      ORDER BY m.StartTime DESC, m.Generation DESC
      LIMIT 1)
  )
  SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
  FROM OrleansMembershipVersionTable AS v
  LEFT JOIN OrleansMembershipTable AS m
    ON m.DeploymentId = v.DeploymentId
    AND (m.Status <> 3 OR NOT EXISTS (
      SELECT FROM joining AS j
      WHERE j.silo = m.SiloName OR NOT EXISTS (
        SELECT FROM pg_catalog.pg_stat_activity AS a
        WHERE a.datname = current_database()
          AND a.application_name IN ('orleans-batch-orleans@' || m.SiloName, 'orleans-batch-poller@' || m.SiloName)
          AND (a.state = 'active' OR a.state_change > clock_timestamp() - interval '20 seconds') IS NOT FALSE)))
  WHERE v.DeploymentId = @DeploymentId
$q$),
('DeleteMembershipTableEntriesKey', $q$
  WITH gone AS (DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId)
  DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
$q$),
('GatewaysQueryKey', $q$
  SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
  WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$q$),
('CleanupDefunctSiloEntriesKey', $q$
  DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND IAmAliveTime < @IAmAliveTime AND Status <> 3
$q$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;
