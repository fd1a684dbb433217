namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>One thing that <c>doctor</c> says is wrong.</summary>
/// <param name="Code">The kind of finding; docs/operations.md lists all kinds.</param>
/// <param name="Severity">error when work stands still or may be lost because of the finding, else warning.</param>
/// <param name="Subject">The group, run, sink, table or setting that the finding is about.</param>
/// <param name="Message">The finding, in a sentence.</param>
/// <param name="Remedy">The verb or statement that mends it.</param>
[GenerateSerializer, Immutable, Alias("batch.finding")]
public sealed record Finding(string Code, string Severity, string Subject, string Message, string Remedy);
