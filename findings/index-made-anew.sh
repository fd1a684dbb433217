#!/bin/sh
# DuckDB 1.5.6: DROP INDEX and CREATE INDEX of the same name in one transaction fail with "already exists", which does not end the
# transaction: it can be committed, and then the table has no index. After CREATE OR REPLACE TABLE the name is free.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1 >/dev/null
cat > run.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const again = async (drop) => {
  const c = await (await DuckDBInstance.create(':memory:')).connect();
  await c.run('CREATE TABLE t AS SELECT range AS id FROM range(3000)');
  await c.run('CREATE UNIQUE INDEX u ON t(id)');
  await c.run('BEGIN');
  await c.run(drop);
  let made = 'works';
  try {
    await c.run('CREATE UNIQUE INDEX u ON t(id)');
  } catch (error) {
    made = error.message.split('\n')[0];
  }
  await c.run('COMMIT');
  const left = (await (await c.run('SELECT count(*) FROM duckdb_indexes()')).getRows())[0][0];
  return `${made}; indexes left: ${left}`;
};
const dropped = await again('DROP INDEX u');
const replaced = await again('CREATE OR REPLACE TABLE t AS SELECT range AS id FROM range(3000)');
console.log('after DROP INDEX:', dropped);
console.log('after CREATE OR REPLACE TABLE:', replaced);
process.exit(dropped.includes('already exists') && dropped.endsWith('left: 0') && replaced.endsWith('left: 1') ? 0 : 1);
JS
node run.mjs
