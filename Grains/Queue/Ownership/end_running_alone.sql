-- Guarantees that another silo may run a batch alone from now on. True: this session had the turn.
SELECT pg_advisory_unlock(1329725439, 5)
