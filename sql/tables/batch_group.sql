-- A group: the data that one team loads into one schema.
-- Written by enqueue and its helpers, and closed by forget, under the row's lock. Deleted by remove_group. Owners only read it.
CREATE TABLE orleans_batch.batch_group (
  group_id int GENERATED ALWAYS AS IDENTITY,
  team_id bigint NOT NULL,
  schema_id text COLLATE "C" NOT NULL,
  -- The seq of the newest entry. Raised under this row's lock, so seq order is commit order, without gaps.
  tail_seq bigint NOT NULL DEFAULT 0,
  last_created_at timestamptz NOT NULL DEFAULT '-infinity',
  -- True while the group is being forgotten: it takes no entry, and no owner works on it.
  is_closed boolean NOT NULL DEFAULT false,
  CONSTRAINT batch_group_pk PRIMARY KEY (group_id),
  CONSTRAINT batch_group_name_is_unique UNIQUE (team_id, schema_id)
) WITH (fillfactor = 50);
