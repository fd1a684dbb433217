-- Guarantees that one migrator works at a time until its transaction ends, and that routines may be created in any order.
SELECT pg_advisory_xact_lock(1329725439, 3), set_config('check_function_bodies', 'off', true)
