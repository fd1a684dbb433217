-- Guarantees one text that differs when a migration, a routine, a view or a column does.
SELECT md5(concat_ws(' ',
  (SELECT string_agg(m.number || m.name, ',' ORDER BY m.number) FROM orleans_batch.migration AS m),
  (SELECT string_agg(p.oid || p.prosrc, ',' ORDER BY p.oid) FROM pg_catalog.pg_proc AS p
   WHERE p.pronamespace = 'orleans_batch'::regnamespace),
  (SELECT string_agg(concat(a.attrelid, a.attname, a.attisdropped), ',' ORDER BY a.attrelid, a.attnum) FROM pg_catalog.pg_attribute AS a
   JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid WHERE c.relnamespace = 'orleans_batch'::regnamespace)))
