-- Guarantees the members of the cluster that live, whatever the membership table says: they have a session in this database.
-- $1 cluster. A silo that was started again has the row of its last start only.
-- A silo uses its sessions every 5 s. A host without power leaves sessions behind, unused, for as long as the server hears nothing.
SELECT DISTINCT ON (m.siloname) m.siloname, m.hostname, m.address, m.port
FROM orleans.orleansmembershiptable AS m
WHERE m.deploymentid = $1 AND m.status IN (2, 3) AND EXISTS (
  SELECT FROM pg_catalog.pg_stat_activity AS a
  WHERE a.datname = current_database()
    AND a.application_name IN ('orleans-batch-orleans@' || m.siloname, 'orleans-batch-poller@' || m.siloname)
    -- Null for a session of a role that this one may not look at.
    AND (a.state = 'active' OR a.state_change > clock_timestamp() - interval '20 seconds') IS NOT FALSE)
ORDER BY m.siloname, m.starttime DESC, m.generation DESC
