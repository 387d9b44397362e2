-- Messages for the outside, written in the transaction of what they tell; sent at least once, in no promised order.
CREATE TABLE outbox(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  payload TEXT NOT NULL CHECK(length(payload) <= 20000),
  state TEXT NOT NULL CHECK(state IN ('waiting', 'sent', 'given-up')),
  tries INTEGER NOT NULL CHECK(tries >= 0),
  due_us INTEGER NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox(topic, due_us) WHERE state = 'waiting';
CREATE TRIGGER outbox_fixed BEFORE UPDATE OF id, topic, payload, at_us ON outbox
BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Events from outside that were taken in: each once, whatever was sent twice.
CREATE TABLE inbox(
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY(source, event_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER inbox_no_update BEFORE UPDATE ON inbox BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER inbox_no_delete BEFORE DELETE ON inbox BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- Blocks of journals under one hash, each over the block before it; copied outside the database.
CREATE TABLE seal(
  block INTEGER PRIMARY KEY,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL UNIQUE CHECK(last_seq >= first_seq),
  journals INTEGER NOT NULL CHECK(journals >= 1),
  prev_hash BLOB NOT NULL UNIQUE,
  hash BLOB NOT NULL,
  at_us INTEGER NOT NULL
) STRICT;
CREATE TRIGGER seal_no_update BEFORE UPDATE ON seal BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER seal_no_delete BEFORE DELETE ON seal BEGIN SELECT RAISE(ABORT, 'append_only'); END;
