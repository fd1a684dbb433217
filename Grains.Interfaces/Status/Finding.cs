namespace OrleansBatch.Grains.Interfaces.Status;

/// <summary>Something that is not as it should be.</summary>
/// <param name="Code">What kind of thing; docs/operations.md lists them.</param>
/// <param name="Severity">error when work stands still or may be lost because of it, else warning.</param>
/// <param name="Subject">What it is about: a group, run, sink, table or setting.</param>
/// <param name="Message">What was found, in a sentence.</param>
/// <param name="Remedy">The verb or statement that mends it.</param>
[GenerateSerializer, Immutable, Alias("batch.finding")]
public sealed record Finding(string Code, string Severity, string Subject, string Message, string Remedy);
