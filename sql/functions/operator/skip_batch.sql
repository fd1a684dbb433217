-- Guarantees a request to skip the batch in each enabled sink, or in the named one, that has not passed the batch.
-- Returns the number of these sinks. A sink that is still being added works on new entries meanwhile, so it gets the request, too.
-- Locks nothing that producers or owners wait for, and waits for neither.
-- An owner may pass the batch before it sees the request, and then closes the request without effect.
CREATE OR REPLACE FUNCTION orleans_batch.skip_batch(run_id uuid, batch_index int, sink text = NULL, who text = session_user, why text = '')
RETURNS int
LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  r orleans_batch.run;
  entry_seq bigint;
  named smallint;
  asked smallint[];
BEGIN
  IF coalesce(btrim(skip_batch.why), '') = '' THEN
    RAISE EXCEPTION 'A batch is skipped for good only with a reason.'
      USING ERRCODE = 'OB027', HINT = 'Pass why => ''...'': it stays on record.';
  END IF;
  SELECT * INTO r FROM orleans_batch.run AS x WHERE x.run_id = skip_batch.run_id;
  SELECT e.seq INTO entry_seq FROM orleans_batch.log_entry AS e
  WHERE e.run_id = r.run_id AND e.batch_index = skip_batch.batch_index AND e.created_at >= r.created_at - interval '1 hour';
  IF entry_seq IS NULL THEN
    RAISE EXCEPTION 'Batch % of run % is unknown.',
      coalesce(skip_batch.batch_index::text, 'null'), coalesce(skip_batch.run_id::text, 'null')
      USING ERRCODE = 'OB025', HINT = 'The view batch_status lists the batches of a run.';
  END IF;
  named := CASE WHEN skip_batch.sink IS NOT NULL THEN orleans_batch.require_sink(skip_batch.sink) END;

  SELECT array_agg(s.sink_id ORDER BY s.sink_id) INTO asked FROM orleans_batch.sink AS s
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = r.group_id AND c.sink_id = s.sink_id
  WHERE CASE WHEN named IS NULL THEN s.state <> 'disabled' ELSE s.sink_id = named END AND coalesce(c.next_seq, 1) <= entry_seq;
  IF asked IS NULL THEN
    RAISE EXCEPTION 'Batch % of run % is passed already%.', skip_batch.batch_index, r.run_id,
      CASE WHEN named IS NULL THEN ' in every sink' ELSE format(' in sink "%s"', skip_batch.sink) END
      USING ERRCODE = 'OB029', HINT = 'The view batch_status says how: applied, failed or skipped.';
  END IF;

  PERFORM orleans_batch.add_request(r.group_id, a.sink_id, 'skip', entry_seq, who, why) FROM unnest(asked) AS a(sink_id)
  WHERE NOT EXISTS (SELECT FROM orleans_batch.operator_request AS q
    WHERE q.group_id = r.group_id AND q.sink_id = a.sink_id AND q.seq = entry_seq AND q.kind = 'skip' AND q.done_at IS NULL);
  PERFORM orleans_batch.record_action(
    'skip', format('batch %s of run %s%s', skip_batch.batch_index, r.run_id, ' in sink ' || skip_batch.sink), who, why);
  RETURN cardinality(asked);
END $$;
