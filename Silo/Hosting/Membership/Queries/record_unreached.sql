-- Guarantees that exactly these silos are on record as not reached by a silo, each since it was first seen so. $1 silo, $2 peers,
-- $3 their addresses. A silo writes its own rows only. What silos that are gone have left behind goes after a day.
WITH gone AS (
  DELETE FROM orleans_batch.unreached_silo AS u
  WHERE (u.silo = $1 AND u.peer <> ALL ($2)) OR u.seen_at < statement_timestamp() - interval '1 day'
)
INSERT INTO orleans_batch.unreached_silo (silo, peer, address)
SELECT $1, p.peer, p.address FROM unnest($2::text[], $3::text[]) AS p (peer, address)
ON CONFLICT ON CONSTRAINT unreached_silo_pk DO UPDATE SET address = EXCLUDED.address, seen_at = EXCLUDED.seen_at
