using System.Globalization;

namespace OrleansBatch.Tests.Support;

// A Delta table as an independent kernel reads it. Each question is put with the engine's predicates and without.
// A wrong statistic of a file makes the two answers differ.
internal sealed class DeltaReader
{
    private readonly string _source;
    private readonly long? _version;

    private DeltaReader(string source, long? version = null) => (_source, _version) = (source, version);

    // The table in a directory, by its absolute path.
    public static DeltaReader OnDisk(string directory) => new($"deltaLakeLocal({Quote(directory)})");

    // The table below a URL such as http://127.0.0.1:8000/bucket/team/schema.
    public static DeltaReader OnS3(string url, string accessKey, string secretKey) =>
        new($"deltaLake({Quote(url)}, {Quote(accessKey)}, {Quote(secretKey)})");

    public DeltaReader AtVersion(long version) => new(_source, version);

    public async Task<long> CountAsync(string? where = null) =>
        long.Parse(await SelectAsync("count()", where), CultureInfo.InvariantCulture);

    public Task<string> SumAsync(string expression, string? where = null) => SelectAsync($"sum({expression})", where);

    // Rows are lines with tabs between the values, and \N for null.
    public async Task<string> SelectAsync(string expressions, string? where = null, string? orderBy = null)
    {
        var with = await Chdb.OfTheRun.QueryAsync(Query(expressions, where, orderBy, predicates: true));
        var without = await Chdb.OfTheRun.QueryAsync(Query(expressions, where, orderBy, predicates: false));
        Assert.True(
            with == without, $"With the engine's predicates the table has {with}, and without them {without}: {expressions}, {where}.");
        return with;
    }

    // The names and types of the columns, as ClickHouse spells types.
    public async Task<string> ColumnsAsync()
    {
        var rows = await Chdb.OfTheRun.QueryAsync($"DESCRIBE TABLE {_source} SETTINGS {Settings(predicates: true)}");
        return string.Join('\n', rows.Split('\n').Select(row => string.Join('\t', row.Split('\t').Take(2))));
    }

    // What the kernel says of a table that it refuses.
    public Task<string> ErrorAsync() => Chdb.OfTheRun.ErrorAsync(Query("count()", null, null, predicates: true));

    // The count of rows must not come from statistics: marked rows would be counted.
    private string Settings(bool predicates) => string.Create(
        CultureInfo.InvariantCulture,
        $"optimize_trivial_count_query = 0, allow_experimental_delta_kernel_rs = 1, "
        + $"delta_lake_throw_on_engine_predicate_error = 1, delta_lake_enable_engine_predicate = {(predicates ? 1 : 0)}")
        + (_version is { } version ? string.Create(CultureInfo.InvariantCulture, $", delta_lake_snapshot_version = {version}") : "");

    private string Query(string expressions, string? where, string? orderBy, bool predicates) =>
        $"SELECT {expressions} FROM {_source}{(where is null ? "" : $" WHERE {where}")}{(orderBy is null ? "" : $" ORDER BY {orderBy}")}"
        + $" SETTINGS {Settings(predicates)}";

    private static string Quote(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}
