#!/bin/sh
# DuckDB 1.5.6: a semi join of a Parquet file with a small table on "=" pushes the keys' bounds into the scan, so that row groups without
# such keys are skipped. The same join on IS NOT DISTINCT FROM pushes nothing, also when no key is null: the scan reads every row group.
# A merge that compares keys null-safely reads the whole file for a handful of keys. The rows that come of it are the same.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1 >/dev/null
cat > run.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const c = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await (await c.run(sql)).getRows());
console.log('DuckDB', String((await rows('SELECT version()'))[0][0]));
await c.run('SET threads = 1');
await c.run(`COPY (SELECT range AS id, md5(range::VARCHAR) AS text FROM range(2000000)) TO 'rows.parquet' (FORMAT parquet)`);
await c.run('CREATE TABLE keys AS SELECT range + 1000 AS id FROM range(10)');
async function scanned(condition) {
  const sql = `SELECT count(*) FROM read_parquet('rows.parquet') AS r SEMI JOIN keys AS k ON ${condition}`;
  const found = Number((await rows(sql))[0][0]);
  const profile = JSON.parse(String((await rows(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`))[0][1]));
  let scan;
  const walk = (node) => {
    if (String(node.extra_info?.Function ?? '').toUpperCase().includes('PARQUET')) scan = node;
    (node.children ?? []).forEach(walk);
  };
  walk(profile);
  return [found, Number(scan.operator_cardinality)];
}
const equal = await scanned('r.id = k.id');
const nullSafe = await scanned('r.id IS NOT DISTINCT FROM k.id');
console.log('on =: rows found and rows that the scan gave on:', equal.join(' '));
console.log('on IS NOT DISTINCT FROM: the same:', nullSafe.join(' '));
process.exit(equal[0] === 10 && nullSafe[0] === 10 && equal[1] < 1000 && nullSafe[1] === 2000000 ? 0 : 1);
JS
node run.mjs
