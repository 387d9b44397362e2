-- Address lookup tables of the treasury. A table and every address in it stand here, in order, before anything of them
-- is signed: the signer looks nothing up that is not here. known: how many addresses the chain is final about.
CREATE TABLE lookup_table(
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address TEXT NOT NULL UNIQUE,
  rail TEXT NOT NULL,
  chain TEXT NOT NULL,
  authority TEXT NOT NULL,
  slot BIGINT NOT NULL CHECK(slot >= 0),
  state TEXT NOT NULL CHECK(state IN ('planned', 'active', 'retired')),
  known BIGINT NOT NULL CHECK(known BETWEEN 0 AND 256),
  note TEXT,
  at_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX lookup_table_one_planned ON lookup_table(rail, chain) WHERE state = 'planned';

CREATE FUNCTION lookup_table_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'retired' OR NEW.address <> OLD.address OR NEW.rail <> OLD.rail OR NEW.chain <> OLD.chain
    OR NEW.authority <> OLD.authority OR NEW.slot <> OLD.slot OR NEW.known < OLD.known THEN
    RAISE EXCEPTION 'append_only';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lookup_table_fixed BEFORE UPDATE ON lookup_table
  FOR EACH ROW EXECUTE FUNCTION lookup_table_fixed();
CREATE TRIGGER lookup_table_no_delete BEFORE DELETE ON lookup_table
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- wallet: whose token account it is; null for the mint and the treasury's own account.
CREATE TABLE lookup_address(
  table_address TEXT NOT NULL REFERENCES lookup_table(address),
  place BIGINT NOT NULL CHECK(place BETWEEN 0 AND 255),
  address TEXT NOT NULL,
  wallet TEXT,
  PRIMARY KEY(table_address, place),
  UNIQUE(table_address, address)
);
CREATE INDEX lookup_address_wallet ON lookup_address(wallet) WHERE wallet IS NOT NULL;
CREATE TRIGGER lookup_address_fixed BEFORE UPDATE ON lookup_address
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER lookup_address_no_delete BEFORE DELETE ON lookup_address
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- Signed bytes of each step of a table, stored before they are sent; at most one of a table is alive.
CREATE TABLE lookup_step(
  table_address TEXT NOT NULL REFERENCES lookup_table(address),
  number BIGINT NOT NULL CHECK(number >= 1),
  kind TEXT NOT NULL CHECK(kind IN ('create', 'extend', 'deactivate')),
  from_place BIGINT NOT NULL CHECK(from_place >= 0),
  places BIGINT NOT NULL CHECK(places >= 0),
  wire BYTEA NOT NULL,
  signature TEXT NOT NULL UNIQUE,
  last_height BIGINT NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('signed', 'final', 'failed', 'dead')),
  at_us BIGINT NOT NULL,
  PRIMARY KEY(table_address, number)
);
CREATE UNIQUE INDEX lookup_step_alive ON lookup_step(table_address) WHERE state = 'signed';

CREATE FUNCTION lookup_step_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'signed' OR NEW.table_address <> OLD.table_address OR NEW.number <> OLD.number
    OR NEW.kind <> OLD.kind OR NEW.from_place <> OLD.from_place OR NEW.places <> OLD.places OR NEW.wire <> OLD.wire
    OR NEW.signature <> OLD.signature OR NEW.last_height <> OLD.last_height THEN
    RAISE EXCEPTION 'append_only';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER lookup_step_once BEFORE UPDATE ON lookup_step
  FOR EACH ROW EXECUTE FUNCTION lookup_step_once();
CREATE TRIGGER lookup_step_no_delete BEFORE DELETE ON lookup_step
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');

-- Who was paid lately, and how often.
CREATE INDEX chunk_finalized ON chunk(ended_us) WHERE state = 4;
