-- States that a silo brings about; it serves the probe meanwhile. Who acts is called operator, and no team or file is a real one.

-- Runs of dead producers; both are the only open ones at their time. The second group is paused, so that its owner has yet to see the end.
SELECT pg_temp.put(1, 'stranded', 'stranded', 0, 0, final => false);
CALL pg_temp.wait_for('stranded is applied', $$pg_temp.stands_at('stranded', 2)$$);
SELECT orleans_batch.pause(team_id => 1, schema_id => 'stranded_waiting', who => 'operator', why => 'made for a test');
SELECT pg_temp.put(1, 'stranded_waiting', 'stranded_waiting', 0, 1, final => false);
SELECT orleans_batch.strand_runs('0 seconds');
CALL pg_temp.wait_for('stranded has ended', $$pg_temp.stands_at('stranded', 3)$$);

SELECT pg_temp.put(1, 'done', 'done', 0, 2);
SELECT pg_temp.put(1, 'open', 'open', 0, 1, final => false);
SELECT pg_temp.put(1, 'open_refresh', 'open_refresh', 0, 1, final => false, sync => 'full_refresh');
SELECT pg_temp.put(1, 'sealed', 'sealed', 0, 1, final => false);
SELECT orleans_batch.seal_run(md5('sealed')::uuid);
SELECT pg_temp.put(1, 'superseded', 'superseded', 0, 0, final => false, sync => 'full_refresh');
SELECT pg_temp.put(1, 'superseded', 'superseding', 0, 0, sync => 'full_refresh', options => '{"supersede": "always"}');
SELECT pg_temp.put(1, 'cancelled', 'cancelled', 0, 0, final => false);
SELECT orleans_batch.cancel_run(md5('cancelled')::uuid, who => 'operator', why => 'made for a test');
SELECT pg_temp.put(
  1, 'origin', 'origin', 0, 0, final => false,
  options => jsonb_build_object('origin', jsonb_build_object('run_id', md5('elsewhere')::uuid)));
SELECT pg_temp.put(1, 'replay_asked', 'replay_asked', 0, 1, sync => 'incremental');

-- Batch 1 fails for good, and batch 2 is skipped with its run.
-- In one transaction: a run that has failed takes no more.
BEGIN;
SELECT pg_temp.put(1, 'failed', 'failed', 0, 1, '{"permanent": true}', final => false);
SELECT pg_temp.put(1, 'failed', 'failed', 2, 2);
SELECT pg_temp.put(1, 'blocked', 'blocked', 0, 0, '{"permanent": true}', final => false, options => '{"on_failure": "block"}');
SELECT pg_temp.put(1, 'blocked', 'blocked', 1, 1, options => '{"on_failure": "block"}');
COMMIT;
SELECT pg_temp.put(1, 'retrying', 'retrying', 0, 1, '{"fail_attempts": 99}', final => false);
SELECT pg_temp.put(1, 'retrying', 'retrying', 2, 2);
SELECT pg_temp.put(1, 'retried', 'retried', 0, 0, '{"permanent": true}');
SELECT pg_temp.put(1, 'retry_waiting', 'retry_waiting', 0, 1, '{"permanent": true}');

SELECT orleans_batch.pause(team_id => 1, schema_id => 'skipped', who => 'operator', why => 'made for a test');
SELECT pg_temp.put(1, 'skipped', 'skipped', 0, 2);
SELECT orleans_batch.skip_batch(md5('skipped')::uuid, 1, who => 'operator', why => 'made for a test');
SELECT orleans_batch.resume(team_id => 1, schema_id => 'skipped', who => 'operator', why => 'made for a test');

-- The second batch takes its time, also when it is applied again.
SELECT pg_temp.put(1, 'replaying', 'replaying', 0, 1, '{"sleep_ms": 25000}', final => false, sync => 'incremental');
SELECT pg_temp.put(1, 'claimed', 'claimed', 0, 2, '{"sleep_ms": 3600000}', final => false);
SELECT pg_temp.put(1, 'claimed', 'claimed', 3, 3);

CALL pg_temp.wait_for('retried has failed', $$pg_temp.stands_at('retried', 2)$$);
SELECT orleans_batch.retry_run(
  md5('retried')::uuid, new_run_id => md5('retried again')::uuid, who => 'operator', why => 'made for a test');
CALL pg_temp.wait_for('retried has failed again', $$pg_temp.stands_at('retried', 4)$$);

CALL pg_temp.wait_for('replaying was applied', $$pg_temp.stands_at('replaying', 3)$$);
SELECT orleans_batch.seal_run(md5('replaying')::uuid);
CALL pg_temp.wait_for('replaying is sealed', $$pg_temp.stands_at('replaying', 4)$$);
SELECT orleans_batch.replay(1, 'replaying', 'probe', 1, who => 'operator', why => 'made for a test');

CALL pg_temp.wait_for('replaying is in its second batch again', $$(
  SELECT count(*) = 2 FROM orleans_batch.probe_ledger AS l WHERE l.schema_id = 'replaying' AND l.seq = 2)$$);
CALL pg_temp.wait_for('claimed is in its third batch', $$(
  SELECT count(*) = 1 FROM orleans_batch.probe_ledger AS l WHERE l.schema_id = 'claimed' AND l.seq = 3)$$);
CALL pg_temp.wait_for('a batch waits for its second attempt', $$EXISTS (SELECT FROM orleans_batch.parked WHERE reason = 'retry')$$);
CALL pg_temp.wait_for('a group is blocked', $$EXISTS (SELECT FROM orleans_batch.parked WHERE reason = 'blocked')$$);
CALL pg_temp.wait_for('all else is done', $$NOT EXISTS (
  SELECT FROM orleans_batch.batch_group AS g LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = g.group_id
  WHERE g.schema_id NOT IN ('stranded_waiting', 'blocked', 'retrying', 'replaying', 'claimed')
    AND coalesce(c.next_seq, 1) <= g.tail_seq)$$);

-- The probe can't write its ledger until the silo is killed.
ALTER TABLE orleans_batch.probe_ledger RENAME TO probe_ledger_away;
SELECT pg_temp.put(1, 'not_ready', 'not_ready', 0, 1);
CALL pg_temp.wait_for('a group is parked for a sink that is not ready', $$EXISTS (
  SELECT FROM orleans_batch.parked WHERE reason = 'not_ready')$$);
