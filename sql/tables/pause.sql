-- A pause of everything (all null), of a sink, a team, a group, or one of these in a sink.
-- Groups yet to come are covered, too. Written only by the functions pause and resume.
CREATE TABLE orleans_batch.pause (
  pause_id int GENERATED ALWAYS AS IDENTITY,
  team_id bigint,
  schema_id text COLLATE "C",
  sink_id smallint,
  who text NOT NULL,
  why text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT pause_pk PRIMARY KEY (pause_id),
  CONSTRAINT pause_of_a_group_names_its_team CHECK (schema_id IS NULL OR team_id IS NOT NULL)
);

CREATE UNIQUE INDEX pause_scope_is_unique
  ON orleans_batch.pause (coalesce(team_id::text, ''), coalesce(schema_id, ''), coalesce(sink_id, 0::smallint));
