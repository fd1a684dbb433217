-- Guarantees what the function says: what is not as it should be in the queue's tables. $1 when a batch is stuck.
SELECT d.code, d.severity, d.subject, d.message, d.remedy FROM orleans_batch.doctor(stuck_after => $1) AS d
