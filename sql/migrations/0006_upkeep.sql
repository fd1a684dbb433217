-- Guarantees the table of upkeep that is due. Nobody waits: the table is new.
CREATE TABLE orleans_batch.upkeep (
  group_id int NOT NULL,
  sink_id smallint NOT NULL,
  due_at timestamptz,
  task text,
  version bigint,
  asked_at timestamptz,
  asked_seq bigint,
  woken_until timestamptz NOT NULL DEFAULT '-infinity',
  outcome text,
  failed boolean NOT NULL DEFAULT false,
  finished_at timestamptz,
  CONSTRAINT upkeep_pk PRIMARY KEY (group_id, sink_id),
  CONSTRAINT upkeep_task_is_known CHECK (task IN ('optimize', 'vacuum', 'restore')),
  CONSTRAINT version_when_restored CHECK ((task = 'restore') IS TRUE = (version IS NOT NULL)),
  CONSTRAINT asked_with_task CHECK ((task IS NULL) = (asked_at IS NULL))
);

CREATE INDEX upkeep_by_due ON orleans_batch.upkeep (due_at) WHERE due_at IS NOT NULL;
