-- When each chunk was signed: the caps of the treasury's key look back by it.
CREATE INDEX attempt_signed ON attempt(signed_us) WHERE number = 1;

-- Whose wallet a transfer came from, for whoever looks for the owner of what is in suspense.
ALTER TABLE credited_transfer ADD COLUMN sender TEXT;
