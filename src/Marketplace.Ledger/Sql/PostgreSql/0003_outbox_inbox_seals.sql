-- Messages for the outside, written in the transaction of what they tell; sent at least once, in no promised order.
CREATE TABLE outbox(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  topic TEXT NOT NULL,
  payload TEXT NOT NULL CHECK(length(payload) <= 20000),
  state TEXT NOT NULL CHECK(state IN ('waiting', 'sent', 'given-up')),
  tries BIGINT NOT NULL CHECK(tries >= 0),
  due_us BIGINT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX outbox_due ON outbox(topic, due_us) WHERE state = 'waiting';
CREATE TRIGGER outbox_fixed BEFORE UPDATE OF id, topic, payload, at_us ON outbox
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- Events from outside that were taken in: each once, whatever was sent twice.
CREATE TABLE inbox(
  source TEXT NOT NULL,
  event_id TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  PRIMARY KEY(source, event_id)
);
CREATE TRIGGER inbox_no_change BEFORE UPDATE OR DELETE ON inbox FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER inbox_no_truncate BEFORE TRUNCATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

-- Blocks of journals under one hash, each over the block before it; copied outside the database.
CREATE TABLE seal(
  block BIGINT PRIMARY KEY,
  first_seq BIGINT NOT NULL,
  last_seq BIGINT NOT NULL UNIQUE CHECK(last_seq >= first_seq),
  journals BIGINT NOT NULL CHECK(journals >= 1),
  prev_hash BYTEA NOT NULL UNIQUE,
  hash BYTEA NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE TRIGGER seal_no_change BEFORE UPDATE OR DELETE ON seal FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER seal_no_truncate BEFORE TRUNCATE ON seal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');
