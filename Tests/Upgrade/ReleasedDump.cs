using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Upgrade;

// What the database of a released version held when its silo was killed, as though that had been so many days ago: the files in Released
// are as old as they are, and what a database does with an entry depends on the entry's age. See build/released-dump.
internal static partial class ReleasedDump
{
    public static readonly TheoryData<string> Versions = ["0038", "0058"];

    private const string Day = "yyyy-MM-dd";

    private const string PartitionDay = "yyyyMMdd";

    public static async Task<QueueDatabase> LoadAsync(PostgresFixture postgres, string version, int daysAgo = 1)
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "Tests", "Upgrade", "Released", $"{version}.sql"), TestContext.Current.CancellationToken);
        var database = QueueDatabase.At(await postgres.CreateDatabaseAsync());

        // The dump empties the session's path.
        var own = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(own.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await connection.ScalarAsync<object>(Aged(text, daysAgo));
        return database;
    }

    private static string Aged(string text, int daysAgo)
    {
        var made = RunMade().Matches(text).Max(m => DateOnly.ParseExact(m.Groups[1].ValueSpan, Day, CultureInfo.InvariantCulture));
        var left = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(-daysAgo);
        var shift = left.DayNumber - made.DayNumber;
        return Partition().Replace(Time().Replace(text, m => Shifted(m.Value, Day, shift)), m => Shifted(m.Value, PartitionDay, shift));
    }

    private static string Shifted(string day, string format, int days) =>
        DateOnly.ParseExact(day, format, CultureInfo.InvariantCulture).AddDays(days).ToString(format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^INSERT INTO orleans_batch\.run VALUES .*?'(\d{4}-\d{2}-\d{2}) \d{2}:", RegexOptions.Multiline)]
    private static partial Regex RunMade();

    [GeneratedRegex(@"(?<=')\d{4}-\d{2}-\d{2}(?= \d{2}:\d{2}:\d{2})")]
    private static partial Regex Time();

    [GeneratedRegex(@"(?<=_)20\d{6}(?!\d)")]
    private static partial Regex Partition();
}
