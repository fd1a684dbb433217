namespace OrleansBatch.Drill;

/// <summary>Says in one sentence which option can't be drilled and what is allowed.</summary>
/// <param name="message">The sentence.</param>
public sealed class DrillRefusedException(string message) : Exception(message);
