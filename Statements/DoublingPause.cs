namespace OrleansBatch.Statements;

/// <summary>The pause before another try: its bound doubles with each failure in a row, and a part of it is random.</summary>
internal static class DoublingPause
{
    /// <summary>Draws a pause anywhere below the bound, so that groups which failed together don't return together.</summary>
    public static TimeSpan FullyRandom(int failures, TimeSpan first, TimeSpan longest, Random random) =>
        Bound(failures, first, longest) * random.NextDouble();

    /// <summary>
    /// Draws a pause from the upper half of the bound: silos that lost the same database then neither return together nor at once.
    /// </summary>
    public static TimeSpan HalfRandom(int failures, TimeSpan first, TimeSpan longest, Random random) =>
        Bound(failures, first, longest) * ((1 + random.NextDouble()) / 2);

    /// <summary>Gives the longest pause after so many failures in a row, one or more.</summary>
    public static TimeSpan Bound(int failures, TimeSpan first, TimeSpan longest) =>
        TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, first.TotalSeconds * Math.Pow(2, failures - 1)));
}
