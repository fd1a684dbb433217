using System.Net;
using Npgsql;
using OrleansBatch.Silo.Inspection;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>A silo of the cluster that has a session in the database.</summary>
internal sealed record LiveMember(string Silo, string? Host, IPEndPoint EndPoint)
{
    /// <summary>The name of the cluster in the membership table: one of each database.</summary>
    public const string Cluster = "orleans-batch";

    public static Task<List<LiveMember>> ListAsync(NpgsqlDataSource source, CancellationToken cancellationToken) =>
        source.ReadAsync(
            "live_members",
            r => new LiveMember(r.GetString(0), r.GetString(1), new IPEndPoint(IPAddress.Parse(r.GetString(2)), r.GetInt32(3))),
            cancellationToken,
            Cluster);

    public override string ToString() => Host is null ? $"Silo {Silo}" : $"Silo {Silo} on host {Host}";
}
