-- Where a sink is in a group. Written only by the holder of the group's advisory lock, and only with the epoch that this owner raised.
-- No foreign key to a producer's table, here and in the other owners' tables: a producer's open transaction must never delay an owner.
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
  -- pg_postmaster_start_time() at the claim: a claim lost with a restart of the database is not the batch's fault.
  claimed_under timestamptz,
  -- The last entry of a window whose owner was lost.
  suspect_to bigint,
  attempt int NOT NULL DEFAULT 0,
  losses int NOT NULL DEFAULT 0,
  epoch bigint NOT NULL,
  owner text,
  owned_at timestamptz,
  heartbeat_at timestamptz,
  -- The lock lifetime that the owner's session was settled with: a peer with a shorter one must not end that session early.
  -- Null on rows from before this column: then the peer's own lifetime counts.
  lock_lifetime interval,
  -- When the sink last got past an entry that it applied; failures and skipped entries are no progress.
  progressed_at timestamptz,
  -- As long as next_seq is not behind it, entries that were applied before are applied again, under an origin of the request's own.
  replay_to bigint,
  replay_request bigint,
  -- The run that the cursor is in, and its counts that are not in sink_run yet. The owner moves the counts to sink_run once a second, when
  -- the cursor gets to another run, and when the owner leaves. A row written by key with each window would slow down under an old snapshot.
  run_id uuid,
  run_batches bigint NOT NULL DEFAULT 0,
  run_rows bigint,
  run_started_at timestamptz,
  -- woken_to is the group's newest wakeup when the present tenure, or the last one, began; woken_from is the same of the last tenure that
  -- drained the group. Wakeups before woken_from are dead, so a search for live ones begins there and steps over no row that an old
  -- snapshot keeps. A wakeup that was written before that tenure and committed after it is found by a poll.
  woken_from bigint NOT NULL DEFAULT 0,
  woken_to bigint NOT NULL DEFAULT 0,
  -- As in sink_run; run_rows is the number that the producer announced.
  run_rows_applied bigint,
  run_rows_replaced bigint,
  run_values_rounded bigint NOT NULL DEFAULT 0,
  run_batches_differing bigint NOT NULL DEFAULT 0,
  -- The owner that left its claim unfinished. The next owner writes its own name before it finds the claim, so the former name is kept
  -- here until the loss is on record.
  lost_owner text,
  CONSTRAINT sink_cursor_pk PRIMARY KEY (group_id, sink_id)
) WITH (fillfactor = 50);
