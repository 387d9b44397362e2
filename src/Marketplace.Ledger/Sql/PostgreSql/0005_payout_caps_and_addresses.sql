-- When each chunk was signed: the caps of the treasury's key look back by it.
CREATE INDEX attempt_signed ON attempt(signed_us) WHERE number = 1;
