-- Addresses of accounts that are told of events. The secret is not here: it follows from the marketplace's key.
CREATE TABLE webhook(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  url TEXT NOT NULL CHECK(length(url) <= 500),
  description TEXT NOT NULL CHECK(length(description) <= 200),
  state TEXT NOT NULL CHECK(state IN ('enabled', 'paused', 'disabled')),
  reason TEXT,
  secret_version BIGINT NOT NULL CHECK(secret_version >= 1),
  key_id TEXT NOT NULL,
  old_secret_until_us BIGINT,
  failing_since_us BIGINT,
  queue_full_us BIGINT,
  at_us BIGINT NOT NULL
);
CREATE INDEX webhook_account ON webhook(account, seq);

-- Who wants to hear of what: the owner of an event is an account or a provider.
CREATE TABLE webhook_interest(
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  webhook TEXT NOT NULL,
  PRIMARY KEY(owner, type, webhook)
);
CREATE INDEX webhook_interest_of ON webhook_interest(webhook);

-- What happened, written in the transaction in which it happened, and only where somebody wants to hear of it.
CREATE TABLE webhook_event(
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  link TEXT,
  part BIGINT,
  at_us BIGINT NOT NULL
);
CREATE INDEX webhook_event_age ON webhook_event(at_us);
CREATE TRIGGER webhook_event_fixed BEFORE UPDATE ON webhook_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- An event on its way to one webhook. No foreign keys: whatever becomes of a webhook, the books' commit must not fail.
CREATE TABLE webhook_delivery(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting', 'delivered', 'failed')),
  tries BIGINT NOT NULL CHECK(tries >= 0),
  attempts BIGINT NOT NULL CHECK(attempts >= 0),
  code BIGINT,
  note TEXT CHECK(length(note) <= 200),
  due_us BIGINT NOT NULL,
  tried_us BIGINT,
  at_us BIGINT NOT NULL,
  UNIQUE(webhook, event)
);
CREATE INDEX webhook_delivery_list ON webhook_delivery(webhook, seq);
CREATE INDEX webhook_delivery_due ON webhook_delivery(webhook, due_us) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_age ON webhook_delivery(at_us);
CREATE INDEX webhook_delivery_event ON webhook_delivery(event);
