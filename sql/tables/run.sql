-- A run: a sequence of batches that belong together, and how the run ends in the log.
-- Written by enqueue, seal_run and run_alive, and by whatever ends a run. Owners only read it.
CREATE TABLE orleans_batch.run (
  run_id uuid NOT NULL,
  group_id int NOT NULL,
  sync_type text NOT NULL,
  primary_keys text[] NOT NULL,
  state text NOT NULL DEFAULT 'open',
  -- The highest batch index enqueued so far; -1 before the first.
  last_index int NOT NULL DEFAULT -1,
  batch_count bigint NOT NULL DEFAULT 0,
  -- The entry that ended the run: its final batch or a marker.
  end_seq bigint,
  origin_run_id uuid,
  on_failure text NOT NULL,
  created_at timestamptz NOT NULL,
  alive_at timestamptz NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  -- One of refuse, keep.
  null_keys text NOT NULL DEFAULT 'refuse',
  -- One of refuse, round.
  lossy text NOT NULL DEFAULT 'refuse',
  retried_as uuid,
  -- Which columns of a cdc run say what happened and when, and how deletes and history are kept; null for other sync types.
  cdc jsonb,
  CONSTRAINT run_pk PRIMARY KEY (run_id),
  CONSTRAINT run_group_fk FOREIGN KEY (group_id) REFERENCES orleans_batch.batch_group (group_id)
) WITH (fillfactor = 50);

CREATE INDEX run_by_group ON orleans_batch.run (group_id);

-- The index keeps enqueue's updates of a run in place: a run leaves the index when it ends, and never moves in it.
CREATE INDEX run_open ON orleans_batch.run (group_id) WHERE state = 'open';

-- People ask for the newest runs.
CREATE INDEX run_by_time ON orleans_batch.run (created_at DESC);

CREATE INDEX run_by_retry ON orleans_batch.run (retried_as) WHERE retried_as IS NOT NULL;
