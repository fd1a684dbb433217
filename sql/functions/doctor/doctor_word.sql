-- Guarantees that a shell reads the name as one word.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_word(name text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN name ~ '^[A-Za-z0-9_./:@-]+$' THEN name ELSE '''' || replace(name, '''', '''\''''') || '''' END
$$;
