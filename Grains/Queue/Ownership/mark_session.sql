-- Guarantees that the session carries the mark $1 from now on, and answers which backend serves it and which mark it had before: a session
-- of one's own has the mark that one gave it. A mark is seen by its own session only.
SELECT pg_backend_pid(), current_setting('orleans_batch.session_mark', true), set_config('orleans_batch.session_mark', $1, false)
