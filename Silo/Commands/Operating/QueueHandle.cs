using System.CommandLine;
using Npgsql;
using OrleansBatch.Grains.Intake;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Commands.Operating;

// The queue that a verb works on: its database, with a pool of the verb's own.
internal sealed class QueueHandle : IAsyncDisposable
{
    private readonly DatabaseHandle _database;
    private readonly NpgsqlDataSource _source;

    private QueueHandle(DatabaseHandle database, NpgsqlDataSource source) =>
        (_database, _source, Operator, Reports) = (database, source, new BatchOperator(source), new BatchReports(source));

    public BatchOperator Operator { get; }

    public BatchReports Reports { get; }

    public BatchIntake Intake => new(_source);

    public QueueInspector Inspector => new(_source);

    public static async Task<QueueHandle> OpenAsync(ParseResult parsed, CancellationToken ct)
    {
        var database = await DatabaseHandle.OpenExistingAsync(parsed.GetConnection(), ct);
        var source = Database.Pool(database, parsed.CommandResult.Command.Name);
        try
        {
            await Database.PrepareAsync(database, source, ct);
            return new QueueHandle(database, source);
        }
        catch
        {
            await source.DisposeAsync();
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }
}
