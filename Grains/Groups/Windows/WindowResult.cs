namespace OrleansBatch.Grains.Groups.Windows;

/// <summary>What the owner has finished of a window, and why it stopped.</summary>
/// <param name="Finished">How many batches were applied, from the first on.</param>
/// <param name="Error">The error of the one after them, or null.</param>
/// <param name="Quick">Whether all of it took less than the time after which a finished prefix is committed.</param>
/// <param name="Apart">Whether the sink failed at it as a whole, so that its batches went one by one.</param>
internal readonly record struct WindowResult(int Finished, Exception? Error, bool Quick, bool Apart = false);
