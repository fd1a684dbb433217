-- Guarantees the rules of a cdc run with the defaults of those that were left out, so that two spellings of one rule are equal.
CREATE OR REPLACE FUNCTION orleans_batch.cdc_rules(cdc jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT '{"deletes": "hard", "history": false}'::jsonb || cdc
$$;
