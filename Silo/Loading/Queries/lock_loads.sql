-- Guarantees that one load at a time decides about its run and its lake. Transactions that only read go on.
LOCK TABLE orleans_batch.load_call IN SHARE ROW EXCLUSIVE MODE
