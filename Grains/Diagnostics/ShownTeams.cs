using System.Globalization;

namespace OrleansBatch.Grains.Diagnostics;

/// <summary>
/// Bounds the teams that one instrument ever names. A series that has been named costs memory here and in the monitoring for as long as
/// the process lives. OpenTelemetry gives up telling series apart at 2,000 of an instrument.
/// </summary>
internal sealed class ShownTeams
{
    /// <summary>The name of all teams together that are not named.</summary>
    public const string Others = "other";

    private const int MostEver = 1000;

    private readonly HashSet<long> _ever = [];

    /// <summary>Answers whether the team may be named.</summary>
    public bool TryShow(long team) => _ever.Contains(team) || (_ever.Count < MostEver && _ever.Add(team));

    /// <summary>Gives the tag of a team; null stands for all others.</summary>
    public static KeyValuePair<string, object?> Tag(long? team) =>
        new("team", team?.ToString(CultureInfo.InvariantCulture) ?? Others);
}
