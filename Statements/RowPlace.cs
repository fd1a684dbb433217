using NpgsqlTypes;

namespace OrleansBatch.Statements;

/// <summary>
/// Where a row's newest known version is. https://www.postgresql.org/docs/current/ddl-system-columns.html#DDL-SYSTEM-COLUMNS-CTID
/// </summary>
internal readonly record struct RowPlace(NpgsqlTid Tid);
