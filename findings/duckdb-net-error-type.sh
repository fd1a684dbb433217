#!/usr/bin/env bash
# DuckDB.NET tells the type of an error that comes while a statement runs, but not of one that comes while it is prepared.
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
  </ItemGroup>
</Project>
XML

cat >Program.cs <<'CS'
using DuckDB.NET.Data;

var failed = false;
using var db = new DuckDBConnection("DataSource=:memory:");
db.Open();
File.WriteAllBytes("text.parquet", "not a Parquet file at all"u8.ToArray());
Expect("an error while a statement is prepared (a table that is missing)", "SELECT * FROM nowhere", "Invalid");
Expect("an error while a file is bound", "SELECT * FROM 'text.parquet'", "Invalid");
Expect("an error while a statement runs", "SELECT error('x') FROM range(2)", "InvalidInput");
Expect("a cast while a statement runs", "SELECT sum((range || 'x')::INTEGER) FROM range(2)", "Conversion");
return failed ? 1 : 0;

void Expect(string what, string sql, string seen)
{
    var now = "none";
    try
    {
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }
    catch (DuckDBException error)
    {
        now = $"{error.ErrorType}";
        Console.WriteLine($"{error.Message.Split('\n')[0]}");
    }

    Console.WriteLine($"{what}: ErrorType is {now}{(now == seen ? "" : $" (was {seen})")}");
    failed |= now != seen;
}
CS

dotnet run -c Release --property:NuGetAudit=false
