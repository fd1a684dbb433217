-- Guarantees that a parked group whose time has come gets a wakeup, once: the row goes and the wakeup comes in one statement.
-- $1 the most rows to turn. Two pollers at once: each skips the rows that the other has locked.
-- Cost: the rows that are due. statement_timestamp(), because a volatile function can't bound an index scan; by ctid, because a join
-- with the due rows is planned as a read of all that wait. A row that was parked anew before it was locked stays for the next poll.
WITH due AS (
  SELECT p.ctid FROM orleans_batch.parked AS p
  WHERE p.until <= statement_timestamp()
  ORDER BY p.until
  LIMIT $1
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM orleans_batch.parked AS p WHERE p.ctid = ANY (ARRAY(SELECT d.ctid FROM due AS d))
  RETURNING p.team_id, p.group_id, p.sink_id
), woken AS (
  INSERT INTO orleans_batch.wakeup (team_id, group_id, sink_id) SELECT g.team_id, g.group_id, g.sink_id FROM gone AS g
  RETURNING 1
)
SELECT count(*)::int FROM woken
