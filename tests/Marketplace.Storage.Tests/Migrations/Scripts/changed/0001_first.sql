CREATE TABLE word(value TEXT);
