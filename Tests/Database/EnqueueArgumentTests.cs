using System.Data;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Database;

// Refusals of a call before anything is looked up.
public sealed class EnqueueArgumentTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    private readonly long _team = TestIds.NextTeam();
    private readonly Guid _run = Guid.NewGuid();

    public static TheoryData<IsolationLevel, string> Calls()
    {
        var calls = new TheoryData<IsolationLevel, string>();
        foreach (var isolation in new[] { IsolationLevel.RepeatableRead, IsolationLevel.Serializable })
        {
            calls.Add(isolation, "SELECT orleans_batch.enqueue($1, 'orders', $2, 1, 'x')");
            calls.Add(isolation, "SELECT orleans_batch.enqueue_many(jsonb_build_array(jsonb_build_object('team_id', $1, 'run_id', $2)))");
            calls.Add(isolation, "SELECT orleans_batch.seal_run($2) WHERE $1 > 0");
        }

        return calls;
    }

    [Theory]
    [InlineData("team_id", "NULL", "OB002", "don't name a group")]
    [InlineData("schema_id", "NULL", "OB002", "(this one has 0)")]
    [InlineData("schema_id", "''", "OB002", "(this one has 0)")]
    [InlineData("schema_id", "repeat('x', 201)", "OB002", "(this one has 201)")]
    [InlineData("schema_id", "repeat('ü', 300)", "OB002", "(this one has 300)")]
    [InlineData("path", "NULL", "OB012", "has no path")]
    [InlineData("path", "''", "OB012", "has no path")]
    [InlineData("run_id", "NULL", "OB013", "not \"null\" and \"1\"")]
    [InlineData("batch_index", "NULL", "OB013", "a batch index of 0 or more")]
    [InlineData("batch_index", "-1", "OB013", "a batch index of 0 or more")]
    [InlineData("is_final", "NULL", "OB013", "a null is_final")]
    [InlineData("row_count", "-1", "OB013", "a negative row_count or byte_size")]
    [InlineData("byte_size", "-1", "OB013", "a negative row_count or byte_size")]
    [InlineData("sync_type", "NULL", "OB013", "the sync type \"null\", which is unknown")]
    [InlineData("sync_type", "'merge'", "OB013", "the sync type \"merge\", which is unknown")]
    [InlineData("sync_type", "'incremental'", "OB013", "is incremental but names no primary key")]
    [InlineData("primary_keys", "ARRAY['id', NULL]", "OB013", "null or empty")]
    [InlineData("primary_keys", "ARRAY['']", "OB013", "null or empty")]
    [InlineData("metadata", "NULL", "OB013", "must be JSON objects")]
    [InlineData("metadata", "'[]'", "OB013", "must be JSON objects")]
    [InlineData("options", "NULL", "OB013", "must be JSON objects")]
    [InlineData("options", "'\"block\"'", "OB013", "must be JSON objects")]
    [InlineData("options", "'{\"colour\": 1}'", "OB014", "the option \"colour\", which this version doesn't know")]
    [InlineData("options", "'{\"on_failure\": \"stop\"}'", "OB014", "on_failure \"stop\"")]
    [InlineData("options", "'{\"on_failure\": null}'", "OB014", "on_failure \"null\"")]
    [InlineData("options", "'{\"on_failure\": 1}'", "OB014", "on_failure \"1\"")]
    [InlineData("options", "'{\"null_keys\": \"drop\"}'", "OB014", "null_keys \"drop\"")]
    [InlineData("options", "'{\"null_keys\": null}'", "OB014", "null_keys \"null\"")]
    [InlineData("options", "'{\"null_keys\": true}'", "OB014", "null_keys \"true\"")]
    [InlineData("options", "'{\"lossy\": \"Round\"}'", "OB014", "lossy \"Round\"")]
    [InlineData("options", "'{\"lossy\": null}'", "OB014", "lossy \"null\"")]
    [InlineData("options", "'{\"lossy\": [\"round\"]}'", "OB014", "lossy \"[\"round\"]\"")]
    public async Task Call_with_a_wrong_argument_is_refused_and_changes_nothing(string name, string value, string sqlState, string sentence)
    {
        await database.AddSinkAsync("probe");
        await database.EnqueueAsync(_team, "known", Guid.NewGuid(), 0);
        Dictionary<string, string> arguments = new()
        {
            ["team_id"] = "$1",
            ["schema_id"] = "'orders'",
            ["run_id"] = "$2",
            ["batch_index"] = "1",
            ["path"] = "'x'",
            [name] = value,
        };
        var call = $"SELECT orleans_batch.enqueue({string.Join(", ", arguments.Select(a => $"{a.Key} => {a.Value}"))})";

        await database.RefusesAsync(_team, sqlState, sentence, () => database.ExecuteAsync(call, _team, _run));

        Assert.Null(await database.ScalarAsync<string>("SELECT state FROM orleans_batch.run WHERE run_id = $1", _run));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task Isolation_above_read_committed_is_refused(IsolationLevel isolation, string call)
    {
        await database.EnqueueAsync(_team, "orders", _run, 0);
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(isolation, TestContext.Current.CancellationToken);

        var refused = await database.RefusesAsync(
            _team, "OB001", "isolation level", () => connection.ScalarAsync<object>(call, _team, _run));

        Assert.Equal("Begin the transaction with ISOLATION LEVEL READ COMMITTED.", refused.Hint);
    }

    [Fact]
    public async Task Read_committed_asked_for_by_name_is_accepted()
    {
        await using var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.ReadCommitted, TestContext.Current.CancellationToken);

        Assert.Equal(1, await connection.ScalarAsync<long>(
            "SELECT orleans_batch.enqueue($1, 'orders', $2, 0, 'x')", _team, _run));
    }
}
