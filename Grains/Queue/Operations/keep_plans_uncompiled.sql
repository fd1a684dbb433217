-- Guarantees that this session's statements run without being compiled first.
SELECT set_config('jit', 'off', false)
