-- A silo that serves a sink, written when the silo starts. Nobody keeps the row fresh: see the table silo.
CREATE TABLE orleans_batch.silo_sink (
  silo text NOT NULL,
  sink_id smallint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- The place that the sink writes to on this silo; null when the sink does not name one.
  destination text,
  -- The directories that the sink reads batches from; empty when it names none.
  input_roots text[] NOT NULL DEFAULT '{}',
  -- Whether the sink can remove what it holds of a group.
  forgets boolean NOT NULL DEFAULT false,
  CONSTRAINT silo_sink_pk PRIMARY KEY (silo, sink_id)
);
