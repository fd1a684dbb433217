-- A sink: a destination of batches.
-- Written by add_sink, enable_sink, disable_sink, remove_group, and by the sweep that seeds a new sink.
-- State adding: the sink is committed, but not seeded. A producer's transaction that began before may not have seen the sink.
CREATE TABLE orleans_batch.sink (
  sink_id smallint GENERATED ALWAYS AS IDENTITY,
  name text NOT NULL,
  upstream_id smallint,
  state text NOT NULL DEFAULT 'active',
  -- Null starts at the oldest entry that is still there. A time starts at the first entry that is not older.
  starts_at timestamptz,
  -- The sink is seeded once no transaction is left that is older than this one.
  seed_after xid8,
  -- The highest epoch of a cursor that was forgotten. New cursors begin above it, also when the clock was set back.
  epoch_floor bigint NOT NULL DEFAULT 0,
  CONSTRAINT sink_pk PRIMARY KEY (sink_id),
  CONSTRAINT sink_name_is_unique UNIQUE (name),
  CONSTRAINT sink_upstream_fk FOREIGN KEY (upstream_id) REFERENCES orleans_batch.sink (sink_id),
  CONSTRAINT sink_name_has_no_slash CHECK (name <> '' AND position('/' IN name) = 0),
  CONSTRAINT sink_state_is_known CHECK (state IN ('adding', 'active', 'disabled')),
  CONSTRAINT sink_does_not_follow_itself CHECK (upstream_id <> sink_id)
);

-- A sink's followers, which every statement that moves its cursor wakes.
CREATE INDEX sink_by_upstream ON orleans_batch.sink (upstream_id);
