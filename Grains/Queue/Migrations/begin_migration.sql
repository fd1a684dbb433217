-- Guarantees that one migrator works at a time until its transaction ends, and that routines may be created in any order. What waits for a
-- table is given up soon: behind it all others wait for the tables that it has locked already. The turn of another migrator is waited for.
SELECT pg_advisory_xact_lock(1329725439, 3), set_config('check_function_bodies', 'off', true), set_config('lock_timeout', '2s', true)
