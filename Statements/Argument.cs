using NpgsqlTypes;

namespace OrleansBatch.Statements;

/// <summary>
/// A value that may be missing, with its type. The driver prepares a statement for the parameter types of its first execution. A call with
/// other types is sent unprepared, and the server parses and plans that call anew: pg_prepared_statements shows it with Npgsql 10.
/// </summary>
internal static class Argument
{
    private static readonly Dictionary<Type, NpgsqlDbType> _types = new()
    {
        [typeof(string)] = NpgsqlDbType.Text,
        [typeof(int)] = NpgsqlDbType.Integer,
        [typeof(long)] = NpgsqlDbType.Bigint,
        [typeof(bool)] = NpgsqlDbType.Boolean,
        [typeof(Guid)] = NpgsqlDbType.Uuid,
    };

    public static object Of(string? value) => value ?? (object)new Missing(NpgsqlDbType.Text);

    public static object Of(long? value) => value ?? (object)new Missing(NpgsqlDbType.Bigint);

    public static object Of(Guid? value) => value ?? (object)new Missing(NpgsqlDbType.Uuid);

    public static object Of(DateTimeOffset? value) => value ?? (object)new Missing(NpgsqlDbType.TimestampTz);

    public static object Of(double? value) => value ?? (object)new Missing(NpgsqlDbType.Double);

    public static object Of(long?[]? value) => value ?? (object)new Missing(NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static object Of(string[]? value) => value ?? (object)new Missing(NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static object Of(RowPlace? value) => value is { } place ? place.Tid : new Missing(NpgsqlDbType.Tid);

    /// <summary>Takes a value whose type is known at run time only.</summary>
    public static object Of(Type type, object? value) => value ?? new Missing(_types[Nullable.GetUnderlyingType(type) ?? type]);

    internal sealed record Missing(NpgsqlDbType Type);
}
