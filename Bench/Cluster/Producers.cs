using Npgsql;

namespace OrleansBatch.Bench.Cluster;

// Connections that each run one prepared statement after the other for a time, every statement as its own transaction.
internal static class Producers
{
    // Returns the statements a second of all connections together. Values are those of connection k's statement n.
    public static async Task<double> RunAsync(
        NpgsqlDataSource source, int connections, TimeSpan time, string statement, Func<int, int, object[]> values, CancellationToken ct)
    {
        var open = new List<NpgsqlConnection>();
        try
        {
            for (var k = 0; k < connections; k++)
            {
                open.Add(await source.OpenConnectionAsync(ct));
            }

            var start = TimeProvider.System.GetTimestamp();
            var counts = await Task.WhenAll(open.Select((c, k) => RunOneAsync(c, statement, n => values(k, n), start, time, ct)));
            return counts.Sum() / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            foreach (var connection in open)
            {
                await connection.DisposeAsync();
            }
        }
    }

    private static async Task<long> RunOneAsync(
        NpgsqlConnection connection, string statement, Func<int, object[]> values, long start, TimeSpan time, CancellationToken ct)
    {
        await using var command = connection.Command(statement, values(0));
        await command.PrepareAsync(ct);
        var n = 0;
        for (; TimeProvider.System.GetElapsedTime(start) < time; n++)
        {
            var row = values(n);
            for (var i = 0; i < row.Length; i++)
            {
                command.Parameters[i].Value = row[i];
            }

            await command.ExecuteNonQueryAsync(ct);
        }

        return n;
    }
}
