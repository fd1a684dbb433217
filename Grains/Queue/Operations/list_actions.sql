-- Guarantees the newest actions of operators that match. An action at a run is one of its group as well.
-- $1 run, $2 team, $3 schema, null for all of them; $4 the most rows.
SELECT a.created_at, a.verb, a.subject, a.who, a.why
FROM orleans_batch.operator_action AS a
LEFT JOIN orleans_batch.run AS r ON r.run_id = substring(a.subject FROM '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')::uuid
LEFT JOIN orleans_batch.batch_group AS g ON g.group_id = r.group_id
WHERE ($1::uuid IS NULL OR r.run_id = $1)
  AND ($2::bigint IS NULL OR g.team_id = $2 AND g.schema_id = $3
    OR strpos(' ' || a.subject || ' ', format(' %s/%s ', $2, $3)) > 0)
ORDER BY a.action_id DESC
LIMIT $4
