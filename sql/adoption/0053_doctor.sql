-- Guarantees that the function doctor can be made with its third argument.
DROP FUNCTION orleans_batch.doctor(interval, interval);
