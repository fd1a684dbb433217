#!/usr/bin/env bash
# DuckDB renames Parquet columns whose names differ only by case, by their order; and a filter for NaN over a file finds none.
# Installs pinned public packages into a temporary folder and runs them; exits with 1 when the behaviour is another one by now.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

cat >finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="DuckDB.NET.Data.Full" Version="1.5.6.1" />
    <PackageReference Include="ParquetSharp" Version="25.0.1.2" />
  </ItemGroup>
</Project>
XML

cat >Program.cs <<'CS'
using DuckDB.NET.Data;
using ParquetSharp;
using ParquetSharp.Schema;

var failed = false;
using var db = new DuckDBConnection("DataSource=:memory:");
db.Open();
Expect("DuckDB's version", "SELECT version()", "v1.5.6");

// Two files with the columns A and a, in another order; each value says which column it is of.
Write("one", ["A", "a"], group => { Put(group, 1); Put(group, 100); });
Write("two", ["a", "A"], group => { Put(group, 200); Put(group, 2); });
Execute("CREATE TABLE t AS SELECT * FROM 'one.parquet'");
Expect("the columns of a file with A and a", "SELECT string_agg(name, ' ') FROM pragma_table_info('t')", "A a_1");
Expect("those of a file with a and A", "SELECT string_agg(column_name, ' ') FROM (DESCRIBE SELECT * FROM 'two.parquet')", "a A_1");
Execute("INSERT INTO t BY NAME SELECT a AS \"A\", \"A_1\" AS a_1 FROM 'two.parquet'");
Expect("column A, which has 1 and 2 in the files", "SELECT string_agg(\"A\", ' ') FROM t", "1 200");

// NaN is left out of a file's statistics by Arrow, as the format says, and a filter looks at the statistics first.
using (var builder = new WriterPropertiesBuilder())
using (var schema = new GroupNode(
    "schema", Repetition.Required, [new PrimitiveNode("v", Repetition.Required, LogicalType.None(), PhysicalType.Double)]))
using (var file = new ParquetFileWriter("nan.parquet", schema, builder.Build()))
{
    using (var group = file.AppendRowGroup())
    {
        ((ColumnWriter<double>)group.NextColumn()).WriteBatch([1, double.NaN, 3]);
    }

    file.Close();
}

Expect("rows with NaN, by a filter on the file", "SELECT count(*) FROM 'nan.parquet' WHERE v = 'nan'::DOUBLE", "0");
Expect(
    "the same, told that NaN can be there",
    "SELECT count(*) FROM read_parquet('nan.parquet', can_have_nan = true) WHERE v = 'nan'::DOUBLE", "1");
Execute("CREATE TABLE n AS SELECT * FROM 'nan.parquet'");
Expect("the same in a table", "SELECT count(*) FROM n WHERE v = 'nan'::DOUBLE", "1");
return failed ? 1 : 0;

void Write(string name, string[] columns, Action<RowGroupWriter> rows)
{
    using var builder = new WriterPropertiesBuilder();
    using var schema = new GroupNode(
        "schema", Repetition.Required,
        [.. columns.Select(c => new PrimitiveNode(c, Repetition.Required, LogicalType.None(), PhysicalType.Int32))]);
    using var file = new ParquetFileWriter(name + ".parquet", schema, builder.Build());
    using (var group = file.AppendRowGroup())
    {
        rows(group);
    }

    file.Close();
}

void Put(RowGroupWriter group, int value) => ((ColumnWriter<int>)group.NextColumn()).WriteBatch([value]);

void Execute(string sql)
{
    using var command = db.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}

void Expect(string what, string sql, string seen)
{
    using var command = db.CreateCommand();
    command.CommandText = sql;
    var now = $"{command.ExecuteScalar()}";
    Console.WriteLine($"{what}: {now}{(now == seen ? "" : $" (was {seen})")}");
    failed |= now != seen;
}
CS

dotnet run -c Release --property:NuGetAudit=false
