-- A group that an operator has asked to forget and that is not gone yet. Its row in batch_group is closed.
-- Written by forget. Deleted by remove_group, with the last rows of the group.
CREATE TABLE orleans_batch.forgetting (
  group_id int NOT NULL,
  team_id bigint NOT NULL,
  schema_id text COLLATE "C" NOT NULL,
  -- Sinks that keep what they hold of the group, because the operator says so.
  left_sinks smallint[] NOT NULL DEFAULT '{}',
  who text NOT NULL,
  why text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT forgetting_pk PRIMARY KEY (group_id),
  CONSTRAINT forgetting_name_is_unique UNIQUE (team_id, schema_id)
);
