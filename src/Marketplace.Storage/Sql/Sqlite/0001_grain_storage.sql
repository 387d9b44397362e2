-- State of grains. Orleans finds its statements by key in OrleansQuery; every write is one statement, since a
-- transaction inside the text would outlive a busy lock on a pooled connection.
CREATE TABLE OrleansQuery(
  QueryKey TEXT NOT NULL PRIMARY KEY,
  QueryText TEXT NOT NULL
) STRICT;

-- A row for each state of a grain. A cleared state keeps its row and version: payload is null then.
CREATE TABLE grain_state(
  grain_id_hash INTEGER NOT NULL,
  grain_id_n0 INTEGER NOT NULL,
  grain_id_n1 INTEGER NOT NULL,
  state_name_hash INTEGER NOT NULL,
  state_name TEXT NOT NULL,
  grain_id_text TEXT NOT NULL,
  service_id TEXT NOT NULL,
  payload BLOB,
  version INTEGER NOT NULL CHECK(version > 0),
  modified_ms INTEGER NOT NULL,
  PRIMARY KEY(grain_id_hash, state_name_hash, grain_id_text, grain_id_n0, grain_id_n1, state_name, service_id)
) STRICT;

-- No version: insert, if there is no row. A version: update, if the row has it. Else no row comes back.
INSERT INTO OrleansQuery VALUES('WriteToStorageKey', '
INSERT INTO grain_state(grain_id_hash, grain_id_n0, grain_id_n1, state_name_hash, state_name, grain_id_text, service_id,
  payload, version, modified_ms)
SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, IFNULL(@GrainIdExtensionString, ''''),
  @ServiceId, @PayloadBinary, 1, CAST(unixepoch(''subsec'') * 1000 AS INTEGER)
WHERE @GrainStateVersion IS NULL OR EXISTS(
  SELECT 1 FROM grain_state
  WHERE grain_id_hash = @GrainIdHash AND state_name_hash = @GrainTypeHash
    AND grain_id_text = IFNULL(@GrainIdExtensionString, '''') AND grain_id_n0 = @GrainIdN0
    AND grain_id_n1 = @GrainIdN1 AND state_name = @GrainTypeString AND service_id = @ServiceId)
ON CONFLICT(grain_id_hash, state_name_hash, grain_id_text, grain_id_n0, grain_id_n1, state_name, service_id)
DO UPDATE SET payload = excluded.payload, version = version + 1, modified_ms = excluded.modified_ms
WHERE version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion');

INSERT INTO OrleansQuery VALUES('ReadFromStorageKey', '
SELECT payload AS PayloadBinary, version AS Version FROM grain_state
WHERE grain_id_hash = @GrainIdHash AND state_name_hash = @GrainTypeHash
  AND grain_id_text = IFNULL(@GrainIdExtensionString, '''') AND grain_id_n0 = @GrainIdN0
  AND grain_id_n1 = @GrainIdN1 AND state_name = @GrainTypeString AND service_id = @ServiceId');

INSERT INTO OrleansQuery VALUES('ClearStorageKey', '
UPDATE grain_state
SET payload = NULL, version = version + 1, modified_ms = CAST(unixepoch(''subsec'') * 1000 AS INTEGER)
WHERE grain_id_hash = @GrainIdHash AND state_name_hash = @GrainTypeHash
  AND grain_id_text = IFNULL(@GrainIdExtensionString, '''') AND grain_id_n0 = @GrainIdN0
  AND grain_id_n1 = @GrainIdN1 AND state_name = @GrainTypeString AND service_id = @ServiceId
  AND version = @GrainStateVersion
RETURNING version AS NewGrainStateVersion');
