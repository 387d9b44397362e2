-- Top-ups by card. The body is the whole top-up with its refunds and disputes; it changes with its journals, in one
-- transaction, and only from the version that was read.
CREATE TABLE top_up(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  payment_intent TEXT UNIQUE,
  state TEXT NOT NULL,
  body TEXT NOT NULL,
  version BIGINT NOT NULL,
  due_us BIGINT,
  at_us BIGINT NOT NULL
);
CREATE INDEX top_up_account ON top_up(account, at_us);
CREATE INDEX top_up_due ON top_up(due_us) WHERE due_us IS NOT NULL;
CREATE TRIGGER top_up_paid BEFORE UPDATE ON top_up FOR EACH ROW
  WHEN (OLD.state = 'paid' AND NEW.state <> 'paid') EXECUTE FUNCTION refuse_change('top_up_paid');
CREATE TRIGGER top_up_no_delete BEFORE DELETE ON top_up FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- Events of the card processor, each once; stored before they are acknowledged.
CREATE TABLE stripe_event(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  api_version TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  body BYTEA NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('new', 'done', 'parked')),
  note TEXT,
  tries BIGINT NOT NULL CHECK(tries >= 0),
  due_us BIGINT NOT NULL,
  at_us BIGINT NOT NULL
);
CREATE INDEX stripe_event_due ON stripe_event(due_us) WHERE state = 'new';
CREATE TRIGGER stripe_event_fixed BEFORE UPDATE OF id, type, api_version, object_kind, object_id, body, at_us ON stripe_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER stripe_event_no_delete BEFORE DELETE ON stripe_event FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
