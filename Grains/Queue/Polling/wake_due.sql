-- Guarantees that a parked group whose time has come gets a wakeup, once: the row goes and the wakeup comes in one statement.
-- $1 the most rows to turn, $2 for how many seconds back groups may have come due: what is deleted in front of those is not read.
-- Returns the groups, and tells them to the pollers of all silos. Two pollers at once: each skips the rows that the other has locked.
-- Cost: the rows that are due. The time is statement_timestamp(), because a volatile function can't bound an index scan. The delete goes by
-- ctid, because a join with the due rows is planned as a read of all that wait.
-- A row that was parked anew before it was locked stays for the next poll.
WITH due AS (
  SELECT p.ctid FROM orleans_batch.parked AS p
  WHERE p.until > statement_timestamp() - make_interval(secs => $2) AND p.until <= statement_timestamp()
  ORDER BY p.until
  LIMIT $1
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM orleans_batch.parked AS p WHERE p.ctid = ANY (ARRAY(SELECT d.ctid FROM due AS d))
  RETURNING p.team_id, p.group_id, p.sink_id
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT g.team_id, g.group_id, g.sink_id FROM gone AS g
  RETURNING group_id
)
SELECT w.group_id, pg_notify('orleans_batch_wakeup', w.group_id::text) FROM woken AS w
