-- Guarantees a finding for each group that has waited for its sink longer than waiting_after.
CREATE OR REPLACE FUNCTION orleans_batch.doctor_not_ready(waiting_after interval)
RETURNS TABLE (code text, severity text, subject text, message text, remedy text)
LANGUAGE sql STABLE SET jit = off AS $$
  SELECT 'not_ready', 'error', format('%s/%s in %s', g.team_id, g.schema_id, s.name),
    format('Group %s/%s has waited for sink %s for %s, asked %s times: %s', g.team_id, g.schema_id, s.name,
      orleans_batch.doctor_age(n.since), n.tries, n.reason),
    CASE n.code
      WHEN 'locked' THEN 'Close the program that holds the file; the group goes on by itself.'
      WHEN 'missing' THEN
        format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'behind' THEN
        format('Put the newest copy back, or have all applied again: orleansbatch replay %s --from 1 --sink %s --force', w.word, k.word)
      WHEN 'no_space' THEN 'Free space where the sink writes to; the groups go on by themselves.'
      WHEN 'unwritable' THEN 'Have the destination mounted and writable for the silo''s account; the groups go on by themselves.'
      WHEN 'no_memory' THEN 'Give the silo more memory or fewer slots; the groups go on by themselves.'
      WHEN 'unreachable' THEN 'Put the file where a silo reads, or start one that reaches it: orleansbatch serve --roots DIRECTORY'
      WHEN 'alone' THEN 'Nothing, it goes on by itself; orleansbatch serve starts another silo for it.'
      ELSE 'Do what the sentence says; the group goes on by itself.'
    END
  FROM orleans_batch.not_ready AS n
  JOIN orleans_batch.batch_group AS g ON g.group_id = n.group_id
  JOIN orleans_batch.sink AS s ON s.sink_id = n.sink_id AND s.state <> 'disabled'
  LEFT JOIN orleans_batch.sink_cursor AS c ON c.group_id = n.group_id AND c.sink_id = n.sink_id
  LEFT JOIN orleans_batch.parked AS p ON p.group_id = n.group_id AND p.sink_id = n.sink_id
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(g.team_id || '/' || g.schema_id) AS word) AS w
  CROSS JOIN LATERAL (SELECT orleans_batch.doctor_word(s.name) AS word) AS k
  WHERE n.since < statement_timestamp() - waiting_after AND n.seq = coalesce(c.next_seq, 1) AND n.seq <= g.tail_seq AND NOT g.is_closed
    AND coalesce(p.reason, 'not_ready') = 'not_ready'
$$;
