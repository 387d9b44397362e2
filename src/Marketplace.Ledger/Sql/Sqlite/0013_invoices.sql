-- Invoices as they were issued, numbered without a gap over the whole marketplace, and whom they are addressed to.
CREATE TABLE billing_detail(
  account TEXT PRIMARY KEY,
  detail TEXT NOT NULL CHECK(length(detail) <= 4000),
  at_us INTEGER NOT NULL
) STRICT;

CREATE TABLE invoice(
  number INTEGER PRIMARY KEY CHECK(number > 0),
  account TEXT NOT NULL,
  month TEXT NOT NULL CHECK(length(month) = 7),
  from_us INTEGER NOT NULL,
  to_us INTEGER NOT NULL,
  total INTEGER NOT NULL,
  body TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  UNIQUE(account, month),
  CHECK(to_us > from_us)
) STRICT;
CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice BEGIN SELECT RAISE(ABORT, 'append_only'); END;
CREATE TRIGGER invoice_follows BEFORE INSERT ON invoice
WHEN NEW.number > COALESCE((SELECT MAX(number) FROM invoice), 0) + 1
BEGIN SELECT RAISE(ABORT, 'invoice_gap'); END;
