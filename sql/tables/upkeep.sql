-- When a group's destination in a sink next wants upkeep, and how the last one ended.
-- Written by the group's owner, by operators who want some now, and by the sweep that wakes what is due.
CREATE TABLE orleans_batch.upkeep (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  -- Null while nothing is known to be due. An operator's wish is due at once.
  due_at timestamptz,
  -- What an operator wants: optimize, vacuum or restore. Null for what is due by the sink's own rules.
  task text,
  version bigint,
  asked_at timestamptz,
  -- The last batch that the sink had applied when it was asked.
  asked_seq bigint,
  -- Until then no sweep wakes the group again.
  woken_until timestamptz NOT NULL DEFAULT '-infinity',
  -- How the last upkeep ended.
  outcome text,
  failed boolean NOT NULL DEFAULT false,
  finished_at timestamptz,
  CONSTRAINT upkeep_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT upkeep_task_is_known CHECK (task IN ('optimize', 'vacuum', 'restore')),
  CONSTRAINT version_when_restored CHECK ((task = 'restore') IS TRUE = (version IS NOT NULL)),
  CONSTRAINT asked_with_task CHECK ((task IS NULL) = (asked_at IS NULL))
);

CREATE INDEX upkeep_by_due ON orleans_batch.upkeep (due_at) WHERE due_at IS NOT NULL;
