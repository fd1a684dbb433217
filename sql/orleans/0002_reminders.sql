-- What Orleans' ADO.NET reminders read and write. Idempotent.
SET LOCAL search_path = orleans;

CREATE TABLE IF NOT EXISTS OrleansRemindersTable (
  ServiceId text NOT NULL,
  GrainId text NOT NULL,
  ReminderName text NOT NULL,
  StartTime timestamptz NOT NULL,
  Period bigint NOT NULL,
  GrainHash int NOT NULL,
  Version int NOT NULL DEFAULT 0,
  CONSTRAINT reminders_pk PRIMARY KEY (ServiceId, GrainId, ReminderName)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('UpsertReminderRowKey', $q$
  INSERT INTO OrleansRemindersTable AS r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash)
  VALUES (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
  ON CONFLICT (ServiceId, GrainId, ReminderName)
  DO UPDATE SET StartTime = EXCLUDED.StartTime, Period = EXCLUDED.Period, GrainHash = EXCLUDED.GrainHash, Version = r.Version + 1
  RETURNING r.Version
$q$),
('ReadReminderRowsKey', $q$
  SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND GrainId = @GrainId
$q$),
('ReadReminderRowKey', $q$
  SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName
$q$),
('ReadRangeRows1Key', $q$
  SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND GrainHash > @BeginHash AND GrainHash <= @EndHash
$q$),
-- The range that passes the end of the ring and begins again.
('ReadRangeRows2Key', $q$
  SELECT GrainId, ReminderName, StartTime, Period, Version FROM OrleansRemindersTable
  WHERE ServiceId = @ServiceId AND (GrainHash > @BeginHash OR GrainHash <= @EndHash)
$q$),
('DeleteReminderRowKey', $q$
  WITH gone AS (
    DELETE FROM OrleansRemindersTable
    WHERE ServiceId = @ServiceId AND GrainId = @GrainId AND ReminderName = @ReminderName AND Version = @Version
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM gone)
$q$),
('DeleteReminderRowsKey', $q$
  DELETE FROM OrleansRemindersTable WHERE ServiceId = @ServiceId
$q$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = EXCLUDED.QueryText;
