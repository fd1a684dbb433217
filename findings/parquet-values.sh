#!/usr/bin/env bash
# DuckDB reads some Parquet values as others, without a word: decimals beyond 38 digits, nanoseconds in UTC, INT96 beyond the range.
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

Write("decimal", LogicalType.Decimal(40, 2), PhysicalType.FixedLenByteArray, 17, group =>
{
    // 1.50 as 150 in 17 bytes, the most significant first.
    var bytes = new byte[17];
    bytes[16] = 150;
    unsafe
    {
        fixed (byte* at = bytes)
        {
            ((ColumnWriter<FixedLenByteArray>)group.NextColumn()).WriteBatch([new FixedLenByteArray((IntPtr)at)]);
        }
    }
});
Expect("the type of DECIMAL(40,2)", "SELECT typeof(v) FROM 'decimal.parquet'", "DOUBLE");
Expect("1.50 as DECIMAL(40,2)", "SELECT v::DECIMAL(38,2)::VARCHAR FROM 'decimal.parquet'", "108086391056891904.00");

Write(
    "nanos", LogicalType.Timestamp(true, TimeUnit.Nanos), PhysicalType.Int64, -1,
    group => Put(group, 1_704_103_200_123_456_789, 1_704_103_200_123_456_999));
Expect("two timestamps in UTC that differ by 210 ns, told apart", "SELECT count(DISTINCT v)::VARCHAR FROM 'nanos.parquet'", "1");
Write(
    "local", LogicalType.Timestamp(false, TimeUnit.Nanos), PhysicalType.Int64, -1,
    group => Put(group, 1_704_103_200_123_456_789, 1_704_103_200_123_456_999));
Expect("the same without UTC, told apart", "SELECT count(DISTINCT v)::VARCHAR FROM 'local.parquet'", "2");
Write("far", LogicalType.None(), PhysicalType.Int96, -1, group => Put(group, new Int96(0, 0, int.MaxValue)));
Expect("INT96 of the last Julian day, 5.8 million years ahead", "SELECT v::VARCHAR FROM 'far.parquet'", "29357-12-05 15:41:44.48384");
return failed ? 1 : 0;

void Write(string name, LogicalType logical, PhysicalType physical, int length, Action<RowGroupWriter> rows)
{
    using var builder = new WriterPropertiesBuilder();
    using var schema = new GroupNode(
        "schema", Repetition.Required, [new PrimitiveNode("v", Repetition.Required, logical, physical, length)]);
    using var file = new ParquetFileWriter(name + ".parquet", schema, builder.Build());
    using (var group = file.AppendRowGroup())
    {
        rows(group);
    }

    file.Close();
}

void Put<T>(RowGroupWriter group, params T[] values) where T : unmanaged => ((ColumnWriter<T>)group.NextColumn()).WriteBatch(values);

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
