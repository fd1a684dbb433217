using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Runs the text of an embedded file.</summary>
internal static class Script
{
    public static Task RunAsync(NpgsqlConnection connection, SqlFile file, CancellationToken cancellationToken) =>
        RunAsync(connection, [file], cancellationToken);

    [SuppressMessage("Security", "CA2100", Justification = "The texts are embedded files.")]
    public static async Task RunAsync(NpgsqlConnection connection, IEnumerable<SqlFile> files, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(string.Join('\n', files.Select(f => f.Text)), connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
