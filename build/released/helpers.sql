-- What the states are made with: batches of a run that is known by its name, and conditions that are waited for.
SET client_min_messages = warning;

-- Batches first to last of the run; the newest one may have orders for the probe.
CREATE FUNCTION pg_temp.put(
  team bigint, schema text, run text, first int, last int, orders jsonb = '{}', final boolean = true, sync text = 'append',
  options jsonb = '{}')
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN first..last LOOP
    PERFORM orleans_batch.enqueue(
      team_id => team, schema_id => schema, run_id => md5(run)::uuid, batch_index => i, path => format('in/%s/%s.parquet', run, i),
      is_final => final AND i = last, row_count => 10, sync_type => sync,
      primary_keys => CASE WHEN sync = 'incremental' THEN '{id}'::text[] END,
      metadata => CASE WHEN i = last AND orders <> '{}' THEN jsonb_build_object('probe', orders) ELSE '{}' END,
      options => CASE WHEN options ? 'origin' THEN jsonb_set(options, '{origin,batch_index}', to_jsonb(i)) ELSE options END);
  END LOOP;
END $$;

-- Whether the schema's cursor stands at the entry in the probe.
CREATE FUNCTION pg_temp.stands_at(schema text, entry bigint) RETURNS boolean
LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT FROM orleans_batch.sink_cursor AS c
    JOIN orleans_batch.batch_group AS g ON g.group_id = c.group_id AND g.schema_id = schema
    JOIN orleans_batch.sink AS s ON s.sink_id = c.sink_id AND s.name = 'probe'
    WHERE c.next_seq = entry)
$$;

CREATE PROCEDURE pg_temp.wait_for(what text, condition text)
LANGUAGE plpgsql AS $$
DECLARE
  holds boolean;
BEGIN
  FOR i IN 1..600 LOOP
    EXECUTE 'SELECT ' || condition INTO holds;
    IF holds THEN
      RETURN;
    END IF;
    COMMIT;
    PERFORM pg_sleep(0.2);
  END LOOP;
  RAISE EXCEPTION 'This never came: %.', what;
END $$;
