-- SPDX-License-Identifier: BSD-3-Clause
-- A database file: tables, indexes, triggers, rollback, write-ahead log, backup, integrity.
.open database.db
.bail on
PRAGMA page_size = 4096;
CREATE TABLE station(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL,
    height REAL CHECK (height > -500));
CREATE TABLE reading(station INTEGER REFERENCES station(id), at INTEGER, value REAL,
    PRIMARY KEY (station, at)) WITHOUT ROWID;
CREATE TABLE audit(message TEXT);
CREATE INDEX reading_value ON reading(value, at);
CREATE TRIGGER removed AFTER DELETE ON station BEGIN
    INSERT INTO audit VALUES (printf('removed %s', old.name));
    DELETE FROM reading WHERE station = old.id;
END;
CREATE VIEW warm AS SELECT name, count(*) AS n, max(value) AS most
    FROM station JOIN reading ON station = id WHERE value > 15 GROUP BY name ORDER BY name;
BEGIN;
INSERT INTO station SELECT value, printf('S%03d', value), value * 12.5 FROM generate_series(1, 50);
WITH RECURSIVE n(i, x) AS (
    SELECT 0, 12345 UNION ALL
    SELECT i + 1, (x * 1103515245 + 12345) % 2147483648 FROM n LIMIT 20000)
    INSERT INTO reading SELECT 1 + i % 50, i / 50 * 600, x % 4000 / 100.0 - 10 FROM n;
COMMIT;
PRAGMA integrity_check;
SELECT * FROM warm LIMIT 5;
BEGIN;
DELETE FROM reading;
SELECT count(*) FROM reading;
ROLLBACK;
SELECT count(*), sum(value), min(value), max(value) FROM reading;
DELETE FROM station WHERE id % 7 = 0;
SELECT * FROM audit;
PRAGMA journal_mode = WAL;
UPDATE reading SET value = value + 1 WHERE at % 1200 = 0;
PRAGMA wal_checkpoint(TRUNCATE);
PRAGMA journal_mode = DELETE;
VACUUM;
ANALYZE;
PRAGMA foreign_key_check;
PRAGMA integrity_check;
.backup copy.db
.open copy.db
PRAGMA integrity_check;
SELECT name, count(*) OVER (ORDER BY name ROWS 2 PRECEDING), round(avg(value), 9)
    FROM station JOIN reading ON station = id GROUP BY name LIMIT 5;
EXPLAIN QUERY PLAN SELECT at FROM reading WHERE value BETWEEN 3 AND 4;
.sha3sum
