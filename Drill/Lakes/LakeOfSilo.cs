namespace OrleansBatch.Drill.Lakes;

// How one silo reaches the lake: the words of its command line, and its environment.
internal sealed record LakeOfSilo(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Variables);
