-- Guarantees the tables of the reference load: 10,000 rows to update, with room beside each, and a table to insert into.
CREATE TABLE reference_row WITH (fillfactor = 50) AS SELECT g::int AS id, 0::bigint AS n FROM generate_series(1, 10000) AS g;
ALTER TABLE reference_row ADD PRIMARY KEY (id);
CREATE TABLE reference_log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL, path text NOT NULL)
