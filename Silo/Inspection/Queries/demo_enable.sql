-- Guarantees that the sink probe is worked on.
SELECT orleans_batch.enable_sink(name => 'probe', who => 'demo', why => 'It shows a follower.')
