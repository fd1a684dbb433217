-- Guarantees the present time by the server's clock, so that measured times are not mixed with the bench's own.
SELECT clock_timestamp()
