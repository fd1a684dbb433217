using System.Diagnostics.CodeAnalysis;
using Npgsql;
using NpgsqlTypes;

namespace OrleansBatch.Tests.Support;

// Statements with positional values on a connection that the test holds.
public static class Commands
{
    [SuppressMessage("Security", "CA2100", Justification = "Tests write their own statements.")]
    public static NpgsqlCommand Command(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            var parameter = new NpgsqlParameter { Value = value ?? DBNull.Value };
            if (value is NpgsqlTid)
            {
                parameter.NpgsqlDbType = NpgsqlDbType.Tid;
            }

            command.Parameters.Add(parameter);
        }

        return command;
    }

    public static async Task<T?> ScalarAsync<T>(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = connection.Command(sql, values);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken) is T value ? value : default;
    }
}
