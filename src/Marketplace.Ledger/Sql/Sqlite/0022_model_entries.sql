-- The manifest of models: entry n made version n. A name never changes its bytes, and nothing is taken away.
CREATE TABLE model_entry(
  version INTEGER PRIMARY KEY CHECK(version >= 1),
  name TEXT NOT NULL UNIQUE,
  model_id TEXT NOT NULL CHECK(length(model_id) = 64),
  sha256 TEXT NOT NULL CHECK(length(sha256) = 64),
  bytes INTEGER NOT NULL CHECK(bytes >= 0),
  weights TEXT NOT NULL,
  architecture TEXT NOT NULL,
  context_length INTEGER NOT NULL CHECK(context_length >= 0),
  registered_us INTEGER NOT NULL
) STRICT;
CREATE INDEX model_entry_id ON model_entry(model_id, version);
CREATE TRIGGER model_entry_no_update BEFORE UPDATE ON model_entry BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER model_entry_no_delete BEFORE DELETE ON model_entry BEGIN SELECT RAISE(ABORT, 'append_only'); END;
