-- Groups that wait because their sink said "not now", and silos that could not reach what a batch names.

-- Since when a group waits for its sink at an entry, how often the sink was asked, and what it said last. Written by the group's owner when
-- it parks the group. It is over as soon as the cursor is at another entry: who reads it compares, and the row goes later.
CREATE TABLE orleans_batch.not_ready (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  seq bigint NOT NULL,
  since timestamptz NOT NULL,
  asked_at timestamptz NOT NULL,
  tries int NOT NULL,
  code text NOT NULL,
  reason text NOT NULL,
  CONSTRAINT not_ready_pk PRIMARY KEY (group_id, sink_id)
);

-- What doctor asks for, and what a silo that starts looks at.
CREATE INDEX not_ready_since ON orleans_batch.not_ready (since);
CREATE INDEX not_ready_unreachable ON orleans_batch.not_ready (sink_id, group_id) WHERE code = 'unreachable';

-- Which silo could not reach what the entry names, and why. Written by the group's owner, which passes the group on.
CREATE TABLE orleans_batch.unreached (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  silo text NOT NULL,
  seq bigint NOT NULL,
  reason text NOT NULL,
  noted_at timestamptz NOT NULL,
  CONSTRAINT unreached_pk PRIMARY KEY (group_id, sink_id, silo)
);

-- Guarantees the silos that run, serve the sink, and have not lately found the entry to be out of their reach. A silo that has started since,
-- or looked longer than a minute ago, may find it now: a file can have come, and a directory have been mounted. since: what was noted before
-- it does not count, because another round began then.
CREATE FUNCTION orleans_batch.untried_silos(group_id int, sink_id smallint, seq bigint, since timestamptz = '-infinity')
RETURNS TABLE (silo text)
LANGUAGE sql STABLE AS $$
  SELECT v.silo FROM orleans_batch.serving_silo AS v
  WHERE v.sink_id = untried_silos.sink_id AND NOT EXISTS (
    SELECT FROM orleans_batch.unreached AS u
    WHERE u.group_id = untried_silos.group_id AND u.sink_id = untried_silos.sink_id AND u.silo = v.silo AND u.seq = untried_silos.seq
      AND u.noted_at >= greatest(v.started_at, untried_silos.since, statement_timestamp() - interval '1 minute'))
$$;
