-- A skip, replay or forget that the owner of a group carries out at its next boundary, also while the group is paused.
-- Written by the operator's functions. Only the group's owner sets done_at and outcome.
CREATE TABLE orleans_batch.operator_request (
  request_id bigint GENERATED ALWAYS AS IDENTITY,
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  kind text NOT NULL,
  -- The batch to skip, or the entry to begin again with. 0 in a forget, which comes before all others.
  seq bigint NOT NULL,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  outcome text,
  -- How often a forget was tried, and what came in its way.
  tries int NOT NULL DEFAULT 0,
  last_error text,
  -- Set when a forget was carried out: false when the sink can't remove a group's rows, and keeps them.
  removed boolean,
  CONSTRAINT operator_request_pk PRIMARY KEY (request_id),
  CONSTRAINT request_kind_is_known CHECK (kind IN ('skip', 'replay', 'forget')),
  CONSTRAINT outcome_when_done CHECK ((done_at IS NULL) = (outcome IS NULL))
);

CREATE INDEX operator_request_open ON orleans_batch.operator_request (group_id, sink_id, seq) WHERE done_at IS NULL;

CREATE INDEX operator_request_by_seq ON orleans_batch.operator_request (group_id, seq);
