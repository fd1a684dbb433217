-- States of work that nobody has seen: the silo was killed before.
ALTER TABLE orleans_batch.probe_ledger_away RENAME TO probe_ledger;

DO $$
BEGIN
  ASSERT EXISTS (SELECT FROM orleans_batch.parked WHERE reason = 'not_ready'), 'No group waits for its sink: try again.';
  ASSERT EXISTS (SELECT FROM orleans_batch.parked WHERE reason = 'retry'), 'No group waits for its next attempt.';
  ASSERT EXISTS (SELECT FROM orleans_batch.parked WHERE reason = 'blocked'), 'No group is blocked.';
  ASSERT (SELECT count(*) >= 2 FROM orleans_batch.sink_cursor WHERE claimed_to >= next_seq), 'Two claims should have been left.';
  ASSERT EXISTS (SELECT FROM orleans_batch.sink_cursor WHERE replay_to IS NOT NULL), 'No replay is under way.';
END $$;

SELECT pg_temp.put(1, 'waiting', 'waiting', 0, 1);
SELECT pg_temp.put(1, 'done', 'done after', 0, 1);
SELECT pg_temp.put(1, 'blocked', 'blocked after', 0, 1);
SELECT pg_temp.put(1, 'sealed_waiting', 'sealed_waiting', 0, 0, final => false);
SELECT orleans_batch.seal_run(md5('sealed_waiting')::uuid);
SELECT pg_temp.put(1, 'cancelled_waiting', 'cancelled_waiting', 0, 1, final => false);
SELECT orleans_batch.cancel_run(md5('cancelled_waiting')::uuid, who => 'operator', why => 'made for a test');
SELECT pg_temp.put(1, 'superseded_waiting', 'superseded_waiting', 0, 1, final => false, sync => 'full_refresh');
SELECT pg_temp.put(1, 'superseded_waiting', 'superseding_waiting', 0, 0, sync => 'full_refresh', options => '{"supersede": "always"}');
SELECT pg_temp.put(
  1, 'origin', 'origin', 1, 1, options => jsonb_build_object('origin', jsonb_build_object('run_id', md5('elsewhere')::uuid)));
SELECT orleans_batch.retry_run(
  md5('retry_waiting')::uuid, new_run_id => md5('retry_waiting again')::uuid, who => 'operator', why => 'made for a test');
SELECT orleans_batch.replay(1, 'replay_asked', 'probe', 1, who => 'operator', why => 'made for a test');

SELECT pg_temp.put(1, 'skip_asked', 'skip_asked', 0, 2);
SELECT orleans_batch.skip_batch(md5('skip_asked')::uuid, 1, sink => 'probe', who => 'operator', why => 'made for a test');

SELECT pg_temp.put(1, 'paused', 'paused', 0, 1);
SELECT orleans_batch.pause(team_id => 1, schema_id => 'paused', who => 'operator', why => 'made for a test');
SELECT pg_temp.put(2, 'paused_team', 'paused_team', 0, 1);
SELECT orleans_batch.pause(team_id => 2, who => 'operator', why => 'made for a test');

-- A follower that is behind in all groups; in one of them it has begun.
SELECT orleans_batch.add_sink('mirror', upstream => 'probe', who => 'operator', why => 'made for a test');
SELECT orleans_batch.seed_sink('mirror');
CALL pg_temp.wait_for('mirror is seeded', $$orleans_batch.seed_sink('mirror')$$);
INSERT INTO orleans_batch.sink_cursor (group_id, sink_id, next_seq, applied_seq, epoch)
SELECT g.group_id, s.sink_id, 2, 1, 1 FROM orleans_batch.batch_group AS g, orleans_batch.sink AS s
WHERE g.schema_id = 'done' AND s.name = 'mirror';

SELECT orleans_batch.add_sink('archive', who => 'operator', why => 'made for a test');
CALL pg_temp.wait_for('archive is seeded', $$orleans_batch.seed_sink('archive')$$);
SELECT orleans_batch.disable_sink('archive', who => 'operator', why => 'made for a test');

-- What only a program with hooks, a lake or a hung sink writes.
INSERT INTO orleans_batch.run_notification (run_id, sink_id, group_id)
SELECT o.run_id, o.sink_id, o.group_id FROM orleans_batch.sink_run AS o WHERE o.run_id = md5('done')::uuid;
DO $$
BEGIN
  IF to_regclass('orleans_batch.load_call') IS NOT NULL THEN
    INSERT INTO orleans_batch.load_call (run_id, fingerprint) VALUES (md5('done')::uuid, 'made for a test');
    INSERT INTO orleans_batch.unreached (group_id, sink_id, silo, seq, reason, noted_at)
    SELECT n.group_id, n.sink_id, 'silo-b', n.seq, 'made for a test', clock_timestamp() FROM orleans_batch.not_ready AS n;
    INSERT INTO orleans_batch.hung_call (silo, group_id, sink_id, since)
    SELECT 'silo-b', c.group_id, c.sink_id, clock_timestamp() FROM orleans_batch.sink_cursor AS c WHERE c.claimed_to IS NOT NULL;
    -- The name of the machine is nobody's business.
    UPDATE orleans_batch.silo SET host = 'host';
  END IF;
END $$;
