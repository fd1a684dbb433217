using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Silo.Loading;

// The arguments of a load: files that become one run of a group, in this order.
internal sealed record LoadCall
{
    public required GroupKey Group { get; init; }

    public required SyncType SyncType { get; init; }

    public required IReadOnlyList<string> PrimaryKeys { get; init; }

    // The value as the run's options name it. Null leaves the choice to the queue.
    public string? NullKeys { get; init; }

    public string? Lossy { get; init; }

    public Cdc? Cdc { get; init; }

    public required IReadOnlyList<ParquetInfo> Files { get; init; }

    public long Rows => Files.Sum(f => f.Rows);

    // Equal for equal calls while their files stay as they are. Another size or time of change makes another call.
    public string Fingerprint()
    {
        var parts = new List<string>
        {
            Group.TeamId.ToString(CultureInfo.InvariantCulture), Group.SchemaId, $"{SyncType}", NullKeys ?? "", Lossy ?? "",
            $"{Cdc}", $"{PrimaryKeys.Count}",
        };
        parts.AddRange(PrimaryKeys);
        foreach (var file in Files)
        {
            parts.Add(file.Path);
            parts.Add(file.Bytes.ToString(CultureInfo.InvariantCulture));
            parts.Add(File.GetLastWriteTimeUtc(file.Path).Ticks.ToString(CultureInfo.InvariantCulture));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts))));
    }

    public IEnumerable<EnqueueRequest> Requests(Guid run) => Files.Select((file, index) => new EnqueueRequest
    {
        TeamId = Group.TeamId,
        SchemaId = Group.SchemaId,
        RunId = run,
        BatchIndex = index,
        Path = file.Path,
        IsFinal = index == Files.Count - 1,
        RowCount = file.Rows,
        ByteSize = file.Bytes,
        SyncType = SyncType,
        PrimaryKeys = PrimaryKeys.Count > 0 ? PrimaryKeys : null,
        Options = Options(),
        Cdc = Cdc,
    });

    private string Options()
    {
        var options = new Dictionary<string, string>();
        if (NullKeys is not null)
        {
            options["null_keys"] = NullKeys;
        }

        if (Lossy is not null)
        {
            options["lossy"] = Lossy;
        }

        return JsonSerializer.Serialize(options);
    }
}
