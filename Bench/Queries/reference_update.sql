-- Guarantees what pgbench's script of this name does. $1 id.
UPDATE reference_row SET n = n + 1 WHERE id = $1
