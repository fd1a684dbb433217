-- Guarantees one updated row, as by pgbench's script of this name. $1 id.
UPDATE reference_row SET n = n + 1 WHERE id = $1
