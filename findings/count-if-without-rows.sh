#!/bin/sh
# DuckDB 1.5.6: count_if over no rows is NULL, where count(*) and count(*) FILTER are 0. Over rows of which none is true it is 0.
# Its type is HUGEINT, where that of count is BIGINT: a program that reads a count as a number of 64 bits meets another type.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1 >/dev/null
cat > run.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const c = await (await DuckDBInstance.create(':memory:')).connect();
const row = async (sql) => (await (await c.run(sql)).getRows())[0].map(String).join(' ');
const counts = (rows) => row(
  `SELECT count_if(x), count(*) FILTER (WHERE x), count(*) FROM (SELECT * FROM (VALUES (false)) AS t(x) ${rows})`);
console.log('DuckDB', await row('SELECT version()'));
const [empty, none] = [await counts('WHERE false'), await counts('')];
const types = await row('SELECT typeof(count_if(x)), typeof(count(*)) FROM (VALUES (true)) AS t(x)');
console.log('count_if, count with filter, count over no rows:', empty);
console.log('over one row that is false:', none);
console.log('types of count_if and count:', types);
process.exit(empty === 'null 0 0' && none === '0 0 1' && types === 'HUGEINT BIGINT' ? 0 : 1);
JS
node run.mjs
