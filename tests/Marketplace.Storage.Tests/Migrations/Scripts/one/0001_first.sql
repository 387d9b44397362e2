-- A table; and a word; in it.
CREATE TABLE word(value TEXT NOT NULL);
INSERT INTO word VALUES('a;b');
