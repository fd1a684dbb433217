-- Guarantees that this transaction knows the password of the role it is about to make. $1 the password.
SELECT set_config('orleans_batch_drill.password', $1, true)
