-- Files that an account has uploaded, for its quota: once an account and hash, whoever else has the same file.
CREATE TABLE stored_asset(
  account TEXT NOT NULL,
  sha256 TEXT NOT NULL CHECK(length(sha256) = 64),
  bytes BIGINT NOT NULL CHECK(bytes >= 0),
  at_us BIGINT NOT NULL,
  PRIMARY KEY(account, sha256)
);
