-- Guarantees the numbers, names and checksums of the files that this database was migrated with.
SELECT m.number, m.name, m.checksum FROM orleans_batch.migration AS m ORDER BY m.number
