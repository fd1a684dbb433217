namespace OrleansBatch.Contracts;

/// <summary>Says why the queue refused a batch or a run. Nothing was enqueued, and the same call will be refused again.</summary>
public sealed class EnqueueRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="sqlState">The refusal's SQLSTATE: OB001 and up. The page docs/refusals.md of the repository lists all of them.</param>
    /// <param name="sentence">The sentence that says which part was refused and why.</param>
    /// <param name="hint">The remedy; null when the refusal has no hint.</param>
    /// <param name="innerException">The server's error; null when the refusal came over a grain call.</param>
    public EnqueueRefusedException(string sqlState, string sentence, string? hint = null, Exception? innerException = null)
        : base(hint is null ? sentence : $"{sentence} {hint}", innerException)
    {
        SqlState = sqlState;
        Sentence = sentence;
        Hint = hint;
    }

    /// <summary>Gets the refusal's SQLSTATE: OB001 and up. The page docs/refusals.md of the repository lists all of them.</summary>
    public string SqlState { get; }

    /// <summary>Gets the sentence that says which part was refused and why.</summary>
    public string Sentence { get; }

    /// <summary>Gets the remedy, or null when the refusal has no hint.</summary>
    public string? Hint { get; }
}
