-- Guarantees the server's part of the lock lifetime on a group's session, whatever the server's or the role's defaults are: no statement
-- and no transaction lasts longer than $1, no silence longer than $2, so that a silent session ends after at most their sum.
-- Guarantees also:
-- - A statement that was prepared while a table was empty doesn't go on reading it from end to end once the table has filled.
-- - A statement is planned once. With many partitions the planner would take its guess at a plan for all values as dearer, and plan at
--   every call.
-- - A row that has many dead versions is found by one step on an index and not by a bitmap of all of them. The planner may take the bitmap
--   for as cheap.
-- - An operator or function that somebody put into a schema of the session's path is never taken for one of Postgres' own.
-- $1 statement time-out, $2 idle time-out in milliseconds. See https://www.postgresql.org/docs/current/runtime-config-client.html
-- transaction_timeout came with Postgres 17. This time-out ends what the statement time-out can't: a transaction whose next message never
-- comes whole.
SELECT
  set_config('statement_timeout', $1, false),
  CASE WHEN current_setting('server_version_num')::int >= 170000 THEN set_config('transaction_timeout', $1, false) END,
  set_config('idle_session_timeout', $2, false),
  set_config('idle_in_transaction_session_timeout', $1, false),
  set_config('search_path', 'pg_catalog, pg_temp', false),
  set_config('lock_timeout', '1000', false),
  set_config('tcp_user_timeout', $1, false),
  set_config('tcp_keepalives_idle', '5', false),
  set_config('tcp_keepalives_interval', '2', false),
  set_config('tcp_keepalives_count', '3', false),
  set_config('client_connection_check_interval', '1000', false),
  set_config('default_transaction_isolation', 'read committed', false),
  set_config('jit', 'off', false),
  set_config('enable_seqscan', 'off', false),
  set_config('enable_bitmapscan', 'off', false),
  set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('synchronous_commit',
    CASE WHEN current_setting('synchronous_commit') IN ('off', 'local', 'remote_write') THEN 'on'
      ELSE current_setting('synchronous_commit') END,
    false)
