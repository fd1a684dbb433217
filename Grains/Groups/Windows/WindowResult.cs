namespace OrleansBatch.Grains.Groups.Windows;

/// <summary>What the owner has finished of a window, and why it stopped.</summary>
/// <param name="Finished">How many batches were applied, from the first on.</param>
/// <param name="Error">The error of the one after them, or null.</param>
/// <param name="Quick">Whether it took less than the time after which a finished prefix is committed.</param>
internal readonly record struct WindowResult(int Finished, Exception? Error, bool Quick);
