using Npgsql;
using NpgsqlTypes;

namespace OrleansBatch.Statements;

/// <summary>A row of a statement's result: read by the names of its columns, or by position where a statement has a few of them.</summary>
internal readonly struct Row(NpgsqlDataReader reader)
{
    public bool IsNull(string column) => reader.IsDBNull(reader.GetOrdinal(column));

    public T Get<T>(string column) => reader.GetFieldValue<T>(reader.GetOrdinal(column));

    public T? NullOr<T>(string column) => NullOr<T>(reader.GetOrdinal(column));

    public RowPlace GetPlace(string column) => new(Get<NpgsqlTid>(column));

    public RowPlace GetPlace(int ordinal) => new(GetFieldValue<NpgsqlTid>(ordinal));

    public bool IsDBNull(int ordinal) => reader.IsDBNull(ordinal);

    public T GetFieldValue<T>(int ordinal) => reader.GetFieldValue<T>(ordinal);

    public T? NullOr<T>(int ordinal) => reader.IsDBNull(ordinal) ? default : reader.GetFieldValue<T>(ordinal);

    public bool GetBoolean(int ordinal) => reader.GetBoolean(ordinal);

    public short GetInt16(int ordinal) => reader.GetInt16(ordinal);

    public int GetInt32(int ordinal) => reader.GetInt32(ordinal);

    public long GetInt64(int ordinal) => reader.GetInt64(ordinal);

    public DateTime GetDateTime(int ordinal) => reader.GetDateTime(ordinal);

    public double GetDouble(int ordinal) => reader.GetDouble(ordinal);

    public string GetString(int ordinal) => reader.GetString(ordinal);

    public Guid GetGuid(int ordinal) => reader.GetGuid(ordinal);
}
