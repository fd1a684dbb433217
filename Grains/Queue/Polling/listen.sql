-- Guarantees that commits which wake an idle group are told to this session. https://www.postgresql.org/docs/current/sql-listen.html
LISTEN orleans_batch_wakeup
