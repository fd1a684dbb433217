using OrleansBatch.Sinks.Delta.Changes;
using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Upkeep;

// Chooses the small files that become one. Each step merges files of about one size, so that a row is written anew few times:
// 32 files become one that is a size larger, and wait there for 31 others.
internal sealed class SmallFiles(int many)
{
    // More files are not held open at once.
    private const int MostAtOnce = 200;

    // A share of marked rows that is worth a file without them when somebody asks for it.
    private const double SomeOfAFile = 0.01;

    private const double StepOfSizes = 16;

    private const long SmallestSize = 4096;

    // Whether files of one size are so many that they are merged without being asked for.
    public bool AreMany(IReadOnlyCollection<AddFile> files, long largest) => PickMany(files, largest).Count > 0;

    // The next files to merge because they are many. Together they are no larger than the largest file that is made.
    // A file with many marked rows is written anew on its own.
    public IReadOnlyList<AddFile> PickMany(IReadOnlyCollection<AddFile> files, long largest) => many == 0 ? []
        : Marked(files, MarkRule.MostOfAFile) is { Count: > 0 } marked ? marked
        : Small(files, largest).GroupBy(f => SizeOf(f.Size)).Where(g => g.Count() >= many).OrderBy(g => g.Key)
            .Select(g => UpTo(largest, g)).FirstOrDefault(g => g.Count > 1) ?? [];

    // The next files to merge, however few they are.
    public static IReadOnlyList<AddFile> PickAny(IReadOnlyCollection<AddFile> files, long largest) =>
        UpTo(largest, Small(files, largest)) is { Count: > 1 } some ? some : Marked(files, SomeOfAFile);

    // The first file of whose rows so large a share is marked.
    private static IReadOnlyList<AddFile> Marked(IEnumerable<AddFile> files, double share) =>
        [.. files.Where(f => f.DeletionVector?.Cardinality >= f.Stats?.NumRecords * share && !f.IsAbsolute).Take(1)];

    // Of any two the rows fit into one file.
    private static IEnumerable<AddFile> Small(IEnumerable<AddFile> files, long largest) =>
        files.Where(f => !f.IsAbsolute && f.Size <= largest / 2);

    // Rows stay beside rows of their time.
    private static List<AddFile> UpTo(long largest, IEnumerable<AddFile> files)
    {
        var (some, size) = (new List<AddFile>(), 0L);
        foreach (var file in files.OrderBy(f => f.ModificationTime).ThenBy(f => f.Path, StringComparer.Ordinal))
        {
            if (some.Count == MostAtOnce || (some.Count > 1 && size + file.Size > largest))
            {
                break;
            }

            some.Add(file);
            size += file.Size;
        }

        return some;
    }

    private static int SizeOf(long bytes) => (int)Math.Log(Math.Max(bytes, SmallestSize) / (double)SmallestSize, StepOfSizes);
}
