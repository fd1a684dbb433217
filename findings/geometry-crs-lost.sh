#!/bin/sh
# DuckDB 1.5.6: in a file of the default storage format a GEOMETRY column takes a coordinate system without complaint and has lost it when
# the file is opened again. ATTACH with STORAGE_VERSION 'v1.5.0' brings an existing file to the newer format in place, and it stays there
# without being named; then the coordinate system is kept.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @duckdb/node-api@1.5.6-r.1 >/dev/null
cat > run.mjs <<'JS'
import { DuckDBInstance } from '@duckdb/node-api';
const c = await (await DuckDBInstance.create(':memory:')).connect();
const attach = (options) => c.run(`ATTACH 'a.db' AS lake (TYPE duckdb${options})`);
const type = async () => (await (await c.run("SELECT data_type FROM duckdb_columns() WHERE table_name = 't'")).getRows())[0][0];
const version = "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = 'lake'";
const format = async () => (await (await c.run(version)).getRows())[0][0];
await attach('');
await c.run("CREATE TABLE lake.t (shape GEOMETRY('OGC:CRS84'))");
const [made, before] = [await type(), await format()];
await c.run('DETACH lake');
await attach('');
const again = await type();
await c.run('DETACH lake');
await attach(", STORAGE_VERSION 'v1.5.0'");
await c.run("ALTER TABLE lake.t ALTER shape TYPE GEOMETRY('OGC:CRS84')");
await c.run('DETACH lake');
await attach('');
const [kept, after] = [await type(), await format()];
console.log(`${before}: ${made}, opened again: ${again}; ${after}: ${kept}`);
const lost = made.includes('CRS84') && again === 'GEOMETRY' && before.startsWith('v1.0');
process.exit(lost && kept.includes('CRS84') && after.startsWith('v1.5') ? 0 : 1);
JS
node run.mjs
