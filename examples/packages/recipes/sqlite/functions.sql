-- SPDX-License-Identifier: BSD-3-Clause
-- Expressions, dates, JSON, full-text search, R-trees, window functions, collations.
SELECT 1 << 40, 7 / 2, 7 / 2.0, -7 % 3, 1e308 * 10, 9223372036854775807 + 1, '12abc' + 1,
    x'00ff' || 'a';
SELECT substr('naïve', 3), length('naïve'), upper('aé'), instr('hermit', 'mi'),
    replace('aaa', 'a', 'bc'), quote(x'01'), unicode('€');
SELECT date('2024-02-28', '+2 days'), julianday('2000-01-01 12:00:00'),
    strftime('%s', '1970-01-02'), datetime(0, 'unixepoch');
SELECT printf('%d %5.2f %-5s| %q %w %,d', 42, 3.14159, 'ab', 'it''s', 'a"b', 1234567);
SELECT json_extract('{"a":[1,2,{"b":3}]}', '$.a[2].b'), json_group_array(value)
    FROM json_each('[3,1,2]');
SELECT sin(1.0), sqrt(2.0), pow(2, 0.5), ln(10.0), pi();
CREATE VIRTUAL TABLE words USING fts4(body);
INSERT INTO words
    VALUES ('the quick brown fox'), ('jumps over the lazy dog'), ('quick dogs and slow foxes');
SELECT rowid, snippet(words) FROM words WHERE words MATCH 'quick AND fox*';
CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, y0, y1);
INSERT INTO boxes
    SELECT value, value, value + 2, value * 2, value * 2 + 3 FROM generate_series(1, 1000);
SELECT count(*), min(id), max(id) FROM boxes WHERE x0 < 500 AND x1 > 400 AND y0 < 900;
SELECT value, sum(value) OVER (ORDER BY value), ntile(3) OVER (ORDER BY value DESC),
    lag(value, 2, -1) OVER (ORDER BY value) FROM generate_series(1, 6);
CREATE TABLE t(a TEXT COLLATE NOCASE, b);
INSERT INTO t VALUES ('b', 1), ('A', 2), ('B', 3), ('a', NULL) RETURNING a, b;
SELECT a, count(b), group_concat(b) FROM t GROUP BY a ORDER BY a;
INSERT INTO t VALUES ('x', 1 / 0), ('y', CAST('1e3' AS INTEGER)) RETURNING typeof(b), b;
WITH RECURSIVE q(n, board) AS (
    SELECT 0, '' UNION ALL
    SELECT n + 1, board || value FROM q, generate_series(1, 6)
    WHERE n < 6 AND instr(board, value) = 0 AND NOT EXISTS (
        SELECT 1 FROM generate_series(1, n) AS r
        WHERE abs(substr(board, r.value, 1) - generate_series.value) = n + 1 - r.value))
SELECT board FROM q WHERE n = 6;
