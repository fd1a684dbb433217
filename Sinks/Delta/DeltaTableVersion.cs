namespace OrleansBatch.Sinks.Delta;

/// <summary>One version of a table, as its commit tells.</summary>
public sealed record DeltaTableVersion
{
    /// <summary>Gets the version.</summary>
    public required long Version { get; init; }

    /// <summary>Gets when the version was committed.</summary>
    public DateTimeOffset? CommittedAt { get; init; }

    /// <summary>Gets what was done, in Delta's own words; null when the commit does not say.</summary>
    public string? Operation { get; init; }

    /// <summary>Gets the run of the commit's batches; null for a commit of another program.</summary>
    public Guid? RunId { get; init; }

    /// <summary>Gets the index of the first batch in its run, or null when the commit has no batches.</summary>
    public long? FirstIndex { get; init; }

    /// <summary>Gets the index of the last batch in its run, or null when the commit has no batches.</summary>
    public long? LastIndex { get; init; }

    /// <summary>Gets the seq of the last batch, or null when the commit has no batches.</summary>
    public long? LastSeq { get; init; }

    /// <summary>Gets the number of batches.</summary>
    public int Batches { get; init; }

    /// <summary>Gets the rows of the batches, or else those of the gained files; null when they were not counted.</summary>
    public long? Rows { get; init; }

    /// <summary>Gets how many files the table gained.</summary>
    public int FilesAdded { get; init; }

    /// <summary>Gets how many files the table lost.</summary>
    public int FilesRemoved { get; init; }

    /// <summary>Gets the size of the gained files in bytes.</summary>
    public long BytesAdded { get; init; }
}
