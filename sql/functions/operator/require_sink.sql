-- Guarantees a sink's number, and refuses a name that no sink has.
CREATE OR REPLACE FUNCTION orleans_batch.require_sink(sink text) RETURNS smallint
LANGUAGE plpgsql AS $$
DECLARE
  found_id smallint;
BEGIN
  SELECT s.sink_id INTO found_id FROM orleans_batch.sink AS s WHERE s.name = require_sink.sink;
  IF found_id IS NULL THEN
    RAISE EXCEPTION 'There is no sink named "%".', coalesce(require_sink.sink, 'null')
      USING ERRCODE = 'OB026',
            HINT = coalesce('There are: ' || (SELECT string_agg(s.name, ', ' ORDER BY s.name) FROM orleans_batch.sink AS s) || '.',
                            'There is none yet: start a silo, or add one with add_sink.');
  END IF;
  RETURN found_id;
END $$;
