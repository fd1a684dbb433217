-- Guarantees that silos work on the sink probe.
SELECT orleans_batch.enable_sink(name => 'probe', who => 'demo', why => 'It shows a follower.')
