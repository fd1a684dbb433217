-- Guarantees the settings of this session that are not what settle_session asked for. $1 statement time-out, $2 idle time-out in
-- milliseconds.
SELECT s.name, a.value, s.setting
FROM (VALUES
  ('statement_timeout', $1), ('idle_session_timeout', $2), ('idle_in_transaction_session_timeout', $1), ('lock_timeout', '1000'),
  ('tcp_user_timeout', $1), ('tcp_keepalives_idle', '5'), ('tcp_keepalives_interval', '2'), ('tcp_keepalives_count', '3'),
  ('client_connection_check_interval', '1000')) AS a(name, value)
JOIN pg_catalog.pg_settings AS s ON s.name = a.name
WHERE s.setting <> a.value
ORDER BY s.name
