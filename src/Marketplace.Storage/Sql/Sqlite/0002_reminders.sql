-- Reminders. Times are UTC text, periods milliseconds.
CREATE TABLE reminder(
  service_id TEXT NOT NULL,
  grain_id TEXT NOT NULL,
  reminder_name TEXT NOT NULL,
  grain_hash INTEGER NOT NULL,
  start_time TEXT NOT NULL,
  period_ms INTEGER NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(service_id, grain_id, reminder_name)
) STRICT;

CREATE INDEX reminder_by_hash ON reminder(service_id, grain_hash);

INSERT INTO OrleansQuery VALUES('UpsertReminderRowKey', '
INSERT INTO reminder(service_id, grain_id, reminder_name, grain_hash, start_time, period_ms, version)
VALUES(@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
ON CONFLICT(service_id, grain_id, reminder_name)
DO UPDATE SET grain_hash = excluded.grain_hash, start_time = excluded.start_time, period_ms = excluded.period_ms,
  version = version + 1
RETURNING version AS Version');

INSERT INTO OrleansQuery VALUES('ReadReminderRowsKey', '
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId');

INSERT INTO OrleansQuery VALUES('ReadReminderRowKey', '
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName');

INSERT INTO OrleansQuery VALUES('ReadRangeRows1Key', '
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash');

-- The range that wraps around the ring.
INSERT INTO OrleansQuery VALUES('ReadRangeRows2Key', '
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)');

-- One row is answered also when nothing was deleted.
INSERT INTO OrleansQuery VALUES('DeleteReminderRowKey', '
DELETE FROM reminder
WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version;
SELECT changes()');

INSERT INTO OrleansQuery VALUES('DeleteReminderRowsKey', '
DELETE FROM reminder WHERE service_id = @ServiceId');
