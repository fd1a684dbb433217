using Npgsql;

namespace OrleansBatch.Producer;

/// <summary>Says why the queue refused a batch or a run. Nothing was enqueued, and trying again will be refused too.</summary>
public sealed class EnqueueRefusedException : Exception
{
    internal EnqueueRefusedException(PostgresException refusal)
        : base(refusal.Hint is null ? refusal.MessageText : $"{refusal.MessageText} {refusal.Hint}", refusal)
    {
        SqlState = refusal.SqlState;
        Sentence = refusal.MessageText;
        Hint = refusal.Hint;
    }

    /// <summary>Gets the refusal's SQLSTATE, OB001 and up; the README lists them.</summary>
    public string SqlState { get; }

    /// <summary>Gets what was refused and why.</summary>
    public string Sentence { get; }

    /// <summary>Gets what to do, or null when the refusal says nothing about it.</summary>
    public string? Hint { get; }
}
