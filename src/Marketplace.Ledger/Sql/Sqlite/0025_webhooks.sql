-- Addresses of accounts that are told of events. The secret is not here: it follows from the marketplace's key.
CREATE TABLE webhook(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  url TEXT NOT NULL CHECK(length(url) <= 500),
  description TEXT NOT NULL CHECK(length(description) <= 200),
  state TEXT NOT NULL CHECK(state IN ('enabled', 'paused', 'disabled')),
  reason TEXT,
  secret_version INTEGER NOT NULL CHECK(secret_version >= 1),
  key_id TEXT NOT NULL,
  old_secret_until_us INTEGER,
  failing_since_us INTEGER,
  queue_full_us INTEGER,
  at_us INTEGER NOT NULL
) STRICT;
CREATE INDEX webhook_account ON webhook(account, seq);

-- Who wants to hear of what: the owner of an event is an account or a provider.
CREATE TABLE webhook_interest(
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  webhook TEXT NOT NULL,
  PRIMARY KEY(owner, type, webhook)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_interest_of ON webhook_interest(webhook);

-- What happened, written in the transaction in which it happened, and only where somebody wants to hear of it.
CREATE TABLE webhook_event(
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  state TEXT NOT NULL,
  link TEXT,
  part INTEGER,
  at_us INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_event_age ON webhook_event(at_us);
CREATE TRIGGER webhook_event_fixed BEFORE UPDATE ON webhook_event BEGIN SELECT RAISE(ABORT, 'append_only'); END;

-- An event on its way to one webhook. No foreign keys: whatever becomes of a webhook, the books' commit must not fail.
CREATE TABLE webhook_delivery(
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  webhook TEXT NOT NULL,
  event TEXT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting', 'delivered', 'failed')),
  tries INTEGER NOT NULL CHECK(tries >= 0),
  attempts INTEGER NOT NULL CHECK(attempts >= 0),
  code INTEGER,
  note TEXT CHECK(length(note) <= 200),
  due_us INTEGER NOT NULL,
  tried_us INTEGER,
  at_us INTEGER NOT NULL,
  UNIQUE(webhook, event)
) STRICT;
CREATE INDEX webhook_delivery_list ON webhook_delivery(webhook, seq);
CREATE INDEX webhook_delivery_due ON webhook_delivery(webhook, due_us) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_age ON webhook_delivery(at_us);
CREATE INDEX webhook_delivery_event ON webhook_delivery(event);
