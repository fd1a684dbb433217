using OrleansBatch.Sinks.DeltaLog.Actions;

namespace OrleansBatch.Sinks.Delta.Files;

// A data file before and after rows of it are marked. The removal names the old vector, or the file would be there twice.
internal sealed record MarkedFile(AddFile Before, AddFile After)
{
    // Bounds stay true of the rows that are left, and may be no values of theirs.
    public static MarkedFile Of(AddFile file, DeletionVector vector) =>
        new(file, file with { DeletionVector = vector, Stats = file.Stats?.WithWideBounds() });
}
