using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>A sink's call that was cancelled and does not return: its thread is lost until the silo is restarted.</summary>
/// <param name="Group">The group that the call was for.</param>
/// <param name="Sink">The sink's name.</param>
/// <param name="For">How long ago it was cancelled.</param>
internal sealed record HungCall(GroupKey Group, string Sink, TimeSpan For);
