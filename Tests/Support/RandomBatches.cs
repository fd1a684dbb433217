namespace OrleansBatch.Tests.Support;

// Batches as a producer may bring them at once: mostly the next ones, now and then one that is known, ends its run or is wrong.
public sealed class RandomBatches(int seed)
{
    private static readonly string[] _schemas = ["orders", "invoices", "customers"];

    private readonly Random _random = new(seed);
    private readonly List<(string Schema, Guid Run, string SyncType, string? Keys, string Options)> _runs = [];
    private readonly Dictionary<Guid, int> _next = [];

    public TestEntry[] Next()
    {
        var oddities = _random.Next(3) == 0 ? 1 : 0;
        var batches = Enumerable.Range(0, 1 + _random.Next(8)).Select(_ => Following()).ToArray();
        for (var i = 0; i < oddities; i++)
        {
            var at = _random.Next(batches.Length);
            batches[at] = Odd(batches[at]);
        }

        return batches;
    }

    private TestEntry Following()
    {
        if (_runs.Count == 0 || _random.Next(3) == 0)
        {
            _runs.Add(NewRun());
        }

        var run = _runs[^(1 + _random.Next(Math.Min(2, _runs.Count)))];
        var index = _next.GetValueOrDefault(run.Run);
        _next[run.Run] = index + 1 + _random.Next(2);
        return new TestEntry(run.Schema, run.Run, index, $"{index}.parquet", false, run.SyncType, run.Keys, run.Options);
    }

    private (string, Guid, string, string?, string) NewRun()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        var schema = _schemas[_random.Next(_schemas.Length)];
        return _random.Next(10) switch
        {
            0 => (schema, new Guid(bytes), "full_refresh", null, """{"supersede": "always"}"""),
            1 => (schema, new Guid(bytes), "full_refresh", """["id"]""", "{}"),
            2 => (schema, new Guid(bytes), "incremental", """["id", "line"]""", """{"on_failure": "block"}"""),
            3 => (schema, new Guid(bytes), "cdc", """["id"]""", Cdc("hard")),
            4 => (schema, new Guid(bytes), "incremental", """["id"]""", """{"null_keys": "keep"}"""),
            5 => (schema, new Guid(bytes), "append", null, """{"lossy": "round", "null_keys": "refuse"}"""),
            _ => (schema, new Guid(bytes), "append", null, "{}"),
        };
    }

    private static string Cdc(string deletes) =>
        $$"""{"cdc": {"operation": "op", "sequence": "at", "history": false, "deletes": "{{deletes}}"} }""";

    private TestEntry Odd(TestEntry batch) => _random.Next(16) switch
    {
        0 => batch with { Index = Math.Max(0, batch.Index - 1 - _random.Next(3)), Path = null, Final = true },
        1 => batch with { Index = Math.Max(0, batch.Index - 1), Path = $"{Math.Max(0, batch.Index - 1)}.parquet" },
        2 => batch with { Final = true },
        3 => batch with { Path = "" },
        4 => batch with { SyncType = "merge" },
        5 => batch with { SyncType = "append", Keys = """["other"]""" },
        6 => batch with { Options = """{"colour": 1}""" },
        7 => batch with { Options = """{"origin": {"run_id": "0190a1b2-0000-7000-8000-000000000001", "batch_index": 3}}""" },
        8 => batch with { Schema = "elsewhere" },
        10 => batch with { Options = """{"null_keys": "keep", "lossy": "round"}""" },
        11 => batch with { Options = """{"null_keys": "refuse"}""" },
        12 => batch with { Options = """{"lossy": null}""" },
        13 => batch with { Options = """{"cdc": {"operation": "op", "sequence": "at"}}""" },
        14 => batch with { Options = Cdc("soft") },
        9 => batch with { Keys = """["id", ""]""" },
        _ => batch with { Schema = "" },
    };
}
