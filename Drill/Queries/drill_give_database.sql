-- Guarantees that the drill's role may make and change the queue.
ALTER DATABASE orleans_batch OWNER TO orleans_batch_drill
