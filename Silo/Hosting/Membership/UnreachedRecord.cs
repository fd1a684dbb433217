using Npgsql;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>Writes into the database which silos this one can't reach, so that doctor on any host sees it.</summary>
/// <param name="source">The database.</param>
/// <param name="silo">This silo's name.</param>
internal sealed class UnreachedRecord(NpgsqlDataSource source, string silo)
{
    private bool _isEmpty;

    /// <summary>Replaces what is on record. What stays empty is written once.</summary>
    public async Task WriteAsync(IReadOnlyList<LiveMember> unreached, CancellationToken cancellationToken)
    {
        if (unreached.Count == 0 && _isEmpty)
        {
            return;
        }

        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(
            "record_unreached", cancellationToken, silo, unreached.Select(u => u.Silo).ToArray(),
            unreached.Select(u => $"{u.EndPoint}").ToArray());
        _isEmpty = unreached.Count == 0;
    }
}
