-- Guarantees that the sink probe, which only a demo serves, is not taken for one that nobody works on.
SELECT orleans_batch.disable_sink(name => 'probe', who => 'demo', why => 'The demo has ended.')
