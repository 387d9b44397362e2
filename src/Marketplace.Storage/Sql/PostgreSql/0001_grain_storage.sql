-- State of grains. Orleans finds its statements by key in OrleansQuery, by the connection's search path.
CREATE TABLE OrleansQuery(
  QueryKey TEXT NOT NULL PRIMARY KEY,
  QueryText TEXT NOT NULL
);

-- A row for each state of a grain. A cleared state keeps its row and version: payload is null then. The key is what
-- keeps two activations that write first at the same time from making two rows.
CREATE TABLE grain_state(
  grain_id_hash INTEGER NOT NULL,
  grain_id_n0 BIGINT NOT NULL,
  grain_id_n1 BIGINT NOT NULL,
  state_name_hash INTEGER NOT NULL,
  state_name TEXT NOT NULL,
  grain_id_text TEXT NOT NULL,
  service_id TEXT NOT NULL,
  payload BYTEA,
  version INTEGER NOT NULL CHECK(version > 0),
  modified_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY(grain_id_hash, state_name_hash, grain_id_text, grain_id_n0, grain_id_n1, state_name, service_id)
);

-- Payloads are short JSON and rewritten whole: room in the page lets an update stay there and leave the index alone.
ALTER TABLE grain_state SET (fillfactor = 50);

-- No version: insert, if there is no row. A version: update, if the row has it. Else no row comes back.
INSERT INTO OrleansQuery VALUES('WriteToStorageKey', $query$
INSERT INTO grain_state AS s(grain_id_hash, grain_id_n0, grain_id_n1, state_name_hash, state_name, grain_id_text,
  service_id, payload, version, modified_at)
SELECT @GrainIdHash::int, @GrainIdN0::bigint, @GrainIdN1::bigint, @GrainTypeHash::int, @GrainTypeString::text,
  COALESCE(@GrainIdExtensionString::text, ''), @ServiceId::text, @PayloadBinary::bytea, 1, now()
WHERE @GrainStateVersion::int IS NULL OR EXISTS(
  SELECT 1 FROM grain_state
  WHERE grain_id_hash = @GrainIdHash::int AND state_name_hash = @GrainTypeHash::int
    AND grain_id_text = COALESCE(@GrainIdExtensionString::text, '') AND grain_id_n0 = @GrainIdN0::bigint
    AND grain_id_n1 = @GrainIdN1::bigint AND state_name = @GrainTypeString::text AND service_id = @ServiceId::text)
ON CONFLICT(grain_id_hash, state_name_hash, grain_id_text, grain_id_n0, grain_id_n1, state_name, service_id)
DO UPDATE SET payload = excluded.payload, version = s.version + 1, modified_at = excluded.modified_at
WHERE s.version = @GrainStateVersion::int
RETURNING s.version AS NewGrainStateVersion$query$);

INSERT INTO OrleansQuery VALUES('ReadFromStorageKey', $query$
SELECT payload AS PayloadBinary, version AS Version FROM grain_state
WHERE grain_id_hash = @GrainIdHash::int AND state_name_hash = @GrainTypeHash::int
  AND grain_id_text = COALESCE(@GrainIdExtensionString::text, '') AND grain_id_n0 = @GrainIdN0::bigint
  AND grain_id_n1 = @GrainIdN1::bigint AND state_name = @GrainTypeString::text AND service_id = @ServiceId::text
$query$);

INSERT INTO OrleansQuery VALUES('ClearStorageKey', $query$
UPDATE grain_state SET payload = NULL, version = version + 1, modified_at = now()
WHERE grain_id_hash = @GrainIdHash::int AND state_name_hash = @GrainTypeHash::int
  AND grain_id_text = COALESCE(@GrainIdExtensionString::text, '') AND grain_id_n0 = @GrainIdN0::bigint
  AND grain_id_n1 = @GrainIdN1::bigint AND state_name = @GrainTypeString::text AND service_id = @ServiceId::text
  AND version = @GrainStateVersion::int
RETURNING version AS NewGrainStateVersion$query$);
