-- Who is in the cluster. A change of a silo's row and of the table's version is one statement: all or nothing.
CREATE TABLE membership_version(
  deployment_id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  modified_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE membership(
  deployment_id TEXT NOT NULL REFERENCES membership_version(deployment_id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  port INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  silo_name TEXT NOT NULL,
  host_name TEXT NOT NULL,
  status INTEGER NOT NULL,
  proxy_port INTEGER NOT NULL,
  suspect_times TEXT,
  start_time TIMESTAMPTZ NOT NULL,
  i_am_alive_time TIMESTAMPTZ NOT NULL,
  PRIMARY KEY(deployment_id, address, port, generation)
);

INSERT INTO OrleansQuery VALUES('InsertMembershipVersionKey', $query$
WITH made AS (
  INSERT INTO membership_version(deployment_id, version, modified_at) VALUES(@DeploymentId, 0, now())
  ON CONFLICT DO NOTHING RETURNING 1)
SELECT COUNT(*)::int FROM made$query$);

INSERT INTO OrleansQuery VALUES('MembershipReadAllKey', $query$
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
  m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
  m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM membership_version v LEFT JOIN membership m ON m.deployment_id = v.deployment_id
WHERE v.deployment_id = @DeploymentId$query$);

INSERT INTO OrleansQuery VALUES('MembershipReadRowKey', $query$
SELECT v.deployment_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation,
  m.silo_name AS SiloName, m.host_name AS HostName, m.status AS Status, m.proxy_port AS ProxyPort,
  m.suspect_times AS SuspectTimes, m.start_time AS StartTime, m.i_am_alive_time AS IAmAliveTime, v.version AS Version
FROM membership_version v LEFT JOIN membership m ON m.deployment_id = v.deployment_id
  AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
WHERE v.deployment_id = @DeploymentId$query$);

-- Two that read the same version meet at the version's row: the second finds it changed and does nothing.
INSERT INTO OrleansQuery VALUES('InsertMembershipKey', $query$
WITH next AS (
  UPDATE membership_version v SET version = v.version + 1, modified_at = now()
  WHERE v.deployment_id = @DeploymentId AND v.version = @Version AND NOT EXISTS(
    SELECT 1 FROM membership m WHERE m.deployment_id = @DeploymentId
      AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
  RETURNING v.deployment_id),
made AS (
  INSERT INTO membership(deployment_id, address, port, generation, silo_name, host_name, status, proxy_port,
    start_time, i_am_alive_time)
  SELECT deployment_id, @Address::text, @Port::int, @Generation::int, @SiloName::text, @HostName::text, @Status::int,
    @ProxyPort::int, @StartTime::timestamptz, @IAmAliveTime::timestamptz
  FROM next RETURNING 1)
SELECT COUNT(*)::int FROM made$query$);

INSERT INTO OrleansQuery VALUES('UpdateMembershipKey', $query$
WITH next AS (
  UPDATE membership_version v SET version = v.version + 1, modified_at = now()
  WHERE v.deployment_id = @DeploymentId AND v.version = @Version AND EXISTS(
    SELECT 1 FROM membership m WHERE m.deployment_id = @DeploymentId
      AND m.address = @Address AND m.port = @Port AND m.generation = @Generation)
  RETURNING v.deployment_id),
changed AS (
  UPDATE membership m SET status = @Status::int, suspect_times = @SuspectTimes::text,
    i_am_alive_time = @IAmAliveTime::timestamptz
  FROM next WHERE m.deployment_id = next.deployment_id
    AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
  RETURNING 1)
SELECT COUNT(*)::int FROM changed$query$);

INSERT INTO OrleansQuery VALUES('UpdateIAmAlivetimeKey', $query$
UPDATE membership SET i_am_alive_time = @IAmAliveTime
WHERE deployment_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation$query$);

INSERT INTO OrleansQuery VALUES('GatewaysQueryKey', $query$
SELECT address AS Address, proxy_port AS ProxyPort, generation AS Generation FROM membership
WHERE deployment_id = @DeploymentId AND status = @Status AND proxy_port > 0$query$);

INSERT INTO OrleansQuery VALUES('DeleteMembershipTableEntriesKey', $query$
DELETE FROM membership_version WHERE deployment_id = @DeploymentId$query$);

-- Status 6 is Dead: a silo that is only late stays.
INSERT INTO OrleansQuery VALUES('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM membership
WHERE deployment_id = @DeploymentId AND status = 6 AND i_am_alive_time < @IAmAliveTime$query$);
