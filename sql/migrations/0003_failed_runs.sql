-- Guarantees indexes by which failed runs and acknowledged ones are found without reading all runs and actions.
-- Owners and operators wait while an index is made: a second for a few million runs. Producers and old snapshots are not concerned.
CREATE INDEX sink_run_failed ON orleans_batch.sink_run (sink_id, finished_at) WHERE state = 'failed';

CREATE INDEX operator_action_acknowledged ON orleans_batch.operator_action (subject) WHERE verb = 'acknowledge';
