using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansBatch.Sinks.Probe;

/// <summary>The orders of a batch's metadata to the probe, under the key <c>probe</c>: faults that can be staged from outside.</summary>
internal sealed record ProbeOrders
{
    private static readonly JsonSerializerOptions _names = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Gets how long the batch works, in milliseconds. Such work can be cancelled.</summary>
    public int SleepMs { get; init; }

    /// <summary>
    /// Gets how long the batch's first start works, in milliseconds. Starts are counted over all owners, and the work can be cancelled.
    /// </summary>
    public int FirstSleepMs { get; init; }

    /// <summary>Gets how many attempts fail before one succeeds.</summary>
    public int FailAttempts { get; init; }

    /// <summary>Gets a value indicating whether the batch fails for good at its first attempt.</summary>
    public bool Permanent { get; init; }

    /// <summary>Gets how often the batch ends the whole process before it succeeds, counted over all owners.</summary>
    public int CrashAttempts { get; init; }

    /// <summary>Gets how long the batch blocks its thread, in milliseconds, deaf to cancellation.</summary>
    public int HangMs { get; init; }

    public static ProbeOrders Read(string metadata)
    {
        var found = JsonSerializer.Deserialize<Envelope>(metadata, _names);
        return found?.Probe ?? new ProbeOrders();
    }

    private sealed record Envelope([property: JsonPropertyName("probe")] ProbeOrders? Probe);
}
