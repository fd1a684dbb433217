using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What the owner has finished of a window, and why it stopped.</summary>
/// <param name="Results">What the sink did with each batch that was applied, from the first on.</param>
/// <param name="Error">The error of the batch after them, or null.</param>
/// <param name="Quick">Whether the sink took less than the time after which a finished prefix is committed.</param>
/// <param name="Apart">Whether the sink failed at the window as a whole, so that its batches went one by one.</param>
internal readonly record struct WindowResult(IReadOnlyList<BatchResult> Results, Exception? Error, bool Quick, bool Apart = false)
{
    /// <summary>Gets how many batches were applied.</summary>
    public int Finished => Results.Count;

    /// <summary>Gets what the sink said of the end of the run, if it came with the last of them.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
