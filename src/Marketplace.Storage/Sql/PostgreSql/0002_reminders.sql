-- Reminders. Periods are milliseconds.
CREATE TABLE reminder(
  service_id TEXT NOT NULL,
  grain_id TEXT NOT NULL,
  reminder_name TEXT NOT NULL,
  grain_hash INTEGER NOT NULL,
  start_time TIMESTAMPTZ NOT NULL,
  period_ms BIGINT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY(service_id, grain_id, reminder_name)
);

CREATE INDEX reminder_by_hash ON reminder(service_id, grain_hash);

INSERT INTO OrleansQuery VALUES('UpsertReminderRowKey', $query$
INSERT INTO reminder AS r(service_id, grain_id, reminder_name, grain_hash, start_time, period_ms, version)
VALUES(@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
ON CONFLICT(service_id, grain_id, reminder_name)
DO UPDATE SET grain_hash = excluded.grain_hash, start_time = excluded.start_time, period_ms = excluded.period_ms,
  version = r.version + 1
RETURNING r.version AS Version$query$);

INSERT INTO OrleansQuery VALUES('ReadReminderRowsKey', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId$query$);

INSERT INTO OrleansQuery VALUES('ReadReminderRowKey', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName$query$);

INSERT INTO OrleansQuery VALUES('ReadRangeRows1Key', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash$query$);

-- The range that wraps around the ring.
INSERT INTO OrleansQuery VALUES('ReadRangeRows2Key', $query$
SELECT grain_id AS GrainId, reminder_name AS ReminderName, start_time AS StartTime, period_ms AS Period,
  version AS Version
FROM reminder WHERE service_id = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)$query$);

-- One row is answered also when nothing was deleted.
INSERT INTO OrleansQuery VALUES('DeleteReminderRowKey', $query$
WITH gone AS (
  DELETE FROM reminder
  WHERE service_id = @ServiceId AND grain_id = @GrainId AND reminder_name = @ReminderName AND version = @Version
  RETURNING 1)
SELECT COUNT(*)::int FROM gone$query$);

INSERT INTO OrleansQuery VALUES('DeleteReminderRowsKey', $query$
DELETE FROM reminder WHERE service_id = @ServiceId$query$);
