-- What the verb load was called with: the same call again goes on with its run instead of loading everything twice, and nobody writes an
-- unfinished one into another lake.

CREATE TABLE orleans_batch.load_call (
  run_id uuid NOT NULL,
  -- Of the group, the options, and the files with their sizes and the times of their last change.
  fingerprint text NOT NULL,
  -- The directory of the lake; null where the silos that serve the queue have one of their own.
  lake text,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT load_call_pk PRIMARY KEY (run_id)
);

CREATE INDEX load_call_by_fingerprint ON orleans_batch.load_call (fingerprint);

-- How a run stands in all sinks that follow no other, taken together: unfinished until each of them has an outcome, then the worst of these.
CREATE FUNCTION orleans_batch.run_standing(r orleans_batch.run) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN r.state NOT IN ('open', 'sealed') THEN r.state
    WHEN count(*) = 0 OR count(o.state) < count(*) THEN 'unfinished'
    WHEN bool_or(o.state = 'failed') THEN 'failed'
    ELSE coalesce(min(o.state) FILTER (WHERE o.state NOT IN ('succeeded', 'not wanted')), 'succeeded')
  END
  FROM orleans_batch.run_outcomes(r) AS o
  WHERE o.upstream_id IS NULL
$$;
