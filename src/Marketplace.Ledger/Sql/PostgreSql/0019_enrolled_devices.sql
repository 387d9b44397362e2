-- Which device was enrolled by whom, and when. The id of a device follows from its public key, so this is also the history
-- of keys: a device that is enrolled again with another key is another device. Kept by a trigger, so that no version of
-- the program can forget it, and never changed, whatever becomes of the index that it is taken from.
CREATE TABLE enrolled_device(
  device TEXT PRIMARY KEY,
  provider TEXT NOT NULL,
  at_us BIGINT NOT NULL
);

INSERT INTO enrolled_device(device, provider, at_us) SELECT id, owner, at_us FROM register WHERE kind = 'device';

CREATE TRIGGER enrolled_device_no_change BEFORE UPDATE OR DELETE ON enrolled_device
  FOR EACH ROW EXECUTE FUNCTION refuse_change('append_only');
CREATE TRIGGER enrolled_device_no_truncate BEFORE TRUNCATE ON enrolled_device
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('append_only');

CREATE FUNCTION enrol_device() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO enrolled_device(device, provider, at_us) VALUES (NEW.id, NEW.owner, NEW.at_us)
  ON CONFLICT(device) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER register_enrols AFTER INSERT ON register FOR EACH ROW
  WHEN (NEW.kind = 'device') EXECUTE FUNCTION enrol_device();
