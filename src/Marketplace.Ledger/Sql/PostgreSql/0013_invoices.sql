-- Invoices as they were issued, numbered without a gap over the whole marketplace, and whom they are addressed to.
CREATE TABLE billing_detail(
  account TEXT PRIMARY KEY,
  detail TEXT NOT NULL CHECK(length(detail) <= 4000),
  at_us BIGINT NOT NULL
);

CREATE TABLE invoice(
  number BIGINT PRIMARY KEY CHECK(number > 0),
  account TEXT NOT NULL,
  month TEXT NOT NULL CHECK(length(month) = 7),
  from_us BIGINT NOT NULL,
  to_us BIGINT NOT NULL,
  total BIGINT NOT NULL,
  body TEXT NOT NULL,
  at_us BIGINT NOT NULL,
  UNIQUE(account, month),
  CHECK(to_us > from_us)
);
CREATE TRIGGER invoice_no_change BEFORE UPDATE OR DELETE ON invoice
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER invoice_no_truncate BEFORE TRUNCATE ON invoice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

CREATE FUNCTION invoice_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.number > COALESCE((SELECT MAX(number) FROM invoice), 0) + 1 THEN
    RAISE EXCEPTION 'invoice_gap' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invoice_follows BEFORE INSERT ON invoice FOR EACH ROW EXECUTE FUNCTION invoice_follows();
