-- The cursor of a sink in a group. Written only by the holder of the group's advisory lock, with the epoch that this owner raised.
-- Owners' tables have no foreign key to a producer's table: a producer's open transaction must never delay an owner.
CREATE TABLE orleans_batch.sink_cursor (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  next_seq bigint NOT NULL DEFAULT 1,
  -- The last batch this sink really applied: skipped and failed ones leave it behind next_seq.
  applied_seq bigint NOT NULL DEFAULT 0,
  -- The created_at of the last entry passed: reads look at no older partition.
  floor_at timestamptz NOT NULL DEFAULT '-infinity',
  -- The last entry taken up and not yet finished; null when nothing is claimed.
  claimed_to bigint,
  claimed_at timestamptz,
  -- pg_postmaster_start_time() at the claim. A claim that is lost with a restart of the database is not the batch's fault.
  claimed_under timestamptz,
  -- The last entry of a window whose owner was lost.
  suspect_to bigint,
  attempt int NOT NULL DEFAULT 0,
  losses int NOT NULL DEFAULT 0,
  epoch bigint NOT NULL,
  owner text,
  owned_at timestamptz,
  heartbeat_at timestamptz,
  -- The lock lifetime of the owner's session. A peer with a shorter one must not end that session early.
  -- Null on rows from before this column: then the peer's own lifetime counts.
  lock_lifetime interval,
  -- When the sink last got past an entry that it applied. Failures and skips are no progress.
  progressed_at timestamptz,
  -- Until next_seq has passed this entry, applied entries are applied again, under an origin of the request's own.
  replay_to bigint,
  replay_request bigint,
  -- The run that the cursor is in, and its counts that are not in sink_run yet.
  -- The owner moves them to sink_run once a second, at another run, and at its release.
  -- Under an old snapshot, a row that is written by key with each window would slow down.
  run_id uuid,
  run_batches bigint NOT NULL DEFAULT 0,
  run_rows bigint,
  run_started_at timestamptz,
  -- woken_to is the group's newest wakeup when the present tenure, or the last one, began.
  -- woken_from is that of the last tenure that drained the group. Wakeups before woken_from are dead.
  -- A search for live wakeups begins there, and steps over no row that an old snapshot keeps.
  -- A wakeup that was written before that tenure and committed after it is found by a poll.
  woken_from bigint NOT NULL DEFAULT 0,
  woken_to bigint NOT NULL DEFAULT 0,
  -- Counts with the meaning that they have in sink_run. run_rows is the number that the producer announced.
  run_rows_applied bigint,
  run_rows_replaced bigint,
  run_values_rounded bigint NOT NULL DEFAULT 0,
  run_batches_differing bigint NOT NULL DEFAULT 0,
  -- The owner that left its claim unfinished. The next owner writes its own name before it finds the claim.
  -- The former name is kept here until the loss is on record.
  lost_owner text,
  CONSTRAINT sink_cursor_pk PRIMARY KEY (group_id, sink_id)
) WITH (fillfactor = 50);
