using System.Text;
using System.Text.Json;
using OrleansBatch.Drill.Lakes;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Drill.Tables;

// Reads a log commit by commit, from its files alone. The drill's log is whole: nothing is cleaned from it within a month.
internal static class LogReplay
{
    private const string Directory = "_delta_log/";

    public static async Task<(List<TableVersion> Versions, List<string> Trouble)> ReadAsync(IObjectStore store, CancellationToken ct)
    {
        var (versions, trouble) = (new List<TableVersion>(), new List<string>());
        await foreach (var found in store.ListAsync(Directory, null, ct))
        {
            if (LakeNames.VersionOf(found.Name) is not { } version)
            {
                continue;
            }

            if (version != versions.Count)
            {
                trouble.Add($"version {versions.Count} is missing before version {version} of {store.Address}");
            }

            versions.Add(await store.TryReadAsync(found.Name, ct) is { } bytes
                ? Parse(version, bytes)
                : new TableVersion(version, [], [], new Dictionary<string, long>()));
        }

        return (versions, trouble);
    }

    internal static TableVersion Parse(long version, byte[] commit)
    {
        var (added, removed, marks) = (new List<string>(), new List<string>(), new Dictionary<string, long>(StringComparer.Ordinal));
        foreach (var line in Encoding.UTF8.GetString(commit).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            foreach (var action in document.RootElement.EnumerateObject())
            {
                switch (action.Name)
                {
                    case "add":
                        added.Add(PathOf(action.Value));
                        break;
                    case "remove":
                        removed.Add(PathOf(action.Value));
                        break;
                    case "txn":
                        marks[action.Value.GetProperty("appId").GetString()!] = action.Value.GetProperty("version").GetInt64();
                        break;
                }
            }
        }

        return new TableVersion(version, added, removed, marks);
    }

    private static string PathOf(JsonElement action) => Uri.UnescapeDataString(action.GetProperty("path").GetString()!);
}
