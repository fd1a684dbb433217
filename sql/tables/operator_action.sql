-- A call of an operator's function that changed something: who did what, and why. Written only by these functions.
CREATE TABLE orleans_batch.operator_action (
  action_id bigint GENERATED ALWAYS AS IDENTITY,
  verb text NOT NULL,
  -- For people: the run, group, team or sink as they name it.
  subject text NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT operator_action_pk PRIMARY KEY (action_id)
);

-- Whether a failed run was acknowledged.
CREATE INDEX operator_action_acknowledged ON orleans_batch.operator_action (subject) WHERE verb = 'acknowledge';
