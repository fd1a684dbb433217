#!/bin/sh
# DuckDB 1.5.6: in a database file that was opened again, a DELETE and an INSERT of the same keys in one transaction break a unique index,
# unless an INSERT (of no row) or a look-up by the index comes first. In the session that made the index they do not.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1 >/dev/null
cat > run.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const connect = async () => (await DuckDBInstance.create(':memory:')).connect();
const swap = async (first) => {
  const c = await connect();
  await c.run("ATTACH 'a.db' AS lake (TYPE duckdb)");
  await c.run('BEGIN');
  await first(c);
  try {
    await c.run('DELETE FROM lake.t WHERE id < 10');
    await c.run("INSERT INTO lake.t SELECT range, 'new' FROM range(10)");
    await c.run('COMMIT');
    return 'works';
  } catch (error) {
    return error.message.split('\n')[0];
  } finally {
    c.closeSync();
  }
};
const maker = await connect();
console.log('DuckDB', (await (await maker.run('SELECT version()')).getRows())[0][0]);
await maker.run("ATTACH 'a.db' AS lake (TYPE duckdb)");
await maker.run("CREATE TABLE lake.t AS SELECT range AS id, 'old' AS v FROM range(3000)");
await maker.run('CREATE UNIQUE INDEX u ON lake.t(id)');
await maker.run('DETACH lake');
maker.closeSync();
const plain = await swap(async () => {});
const touched = await swap((c) => c.run('INSERT INTO lake.t SELECT * FROM lake.t WHERE false'));
console.log('delete and insert:', plain);
console.log('after an insert of no row:', touched);
process.exit(plain.includes('violates unique constraint') && touched === 'works' ? 0 : 1);
JS
node run.mjs
