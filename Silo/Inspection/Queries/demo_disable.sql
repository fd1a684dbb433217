-- Guarantees that doctor does not report the sink probe, which only a demo serves, as unserved.
SELECT orleans_batch.disable_sink(name => 'probe', who => 'demo', why => 'The demo has ended.')
