using System.Globalization;

using OrleansBatch.Sinks.Input.Footer;

namespace OrleansBatch.Sinks.Input.Values;

// A point in time, or a time of day, as a file stores it. DuckDB reads neither that fine nor that far away.
internal readonly record struct FineTime(Int128 Nanoseconds, bool IsTimeOfDay)
{
    private const int NanosecondsPerMicrosecond = 1000;
    private const int NanosecondsPerTick = 100;
    private const int DayOfEpoch = 2_440_588;

    // DuckDB's least timestamp. Its greatest is one microsecond before the number that stands for infinity.
    private static readonly Int128 _leastMicroseconds = -9_223_372_022_400_000_000;
    private static readonly Int128 _mostMicroseconds = long.MaxValue - 1;
    private static readonly Int128 _nanosecondsPerDay = (Int128)TimeSpan.TicksPerDay * NanosecondsPerTick;

    public bool LosesDigits => Nanoseconds % NanosecondsPerMicrosecond != 0;

    public bool IsBeyond =>
        Nanoseconds / NanosecondsPerMicrosecond < _leastMicroseconds || Nanoseconds / NanosecondsPerMicrosecond > _mostMicroseconds;

    // True for a column that is stored in this way and can lose digits.
    public static bool Is(SchemaElement leaf) => leaf.Physical == PhysicalType.Int96
        || leaf.Logical is { Kind: LogicalKind.Timestamp or LogicalKind.Time, Unit: TimeUnit.Nanoseconds, IsUtc: true };

    // Twelve bytes hold the nanoseconds of the day and the Julian day.
    public static FineTime Of(ParquetSharp.Int96 stored) => new(
        ((Int128)(stored.C - DayOfEpoch) * _nanosecondsPerDay) + (long)(((ulong)(uint)stored.B << 32) | (uint)stored.A), false);

    public override string ToString()
    {
        var ticks = Nanoseconds / NanosecondsPerTick;
        var rest = (int)(Nanoseconds % NanosecondsPerTick);
        if (rest < 0)
        {
            ticks--;
            rest += NanosecondsPerTick;
        }

        var since = IsTimeOfDay ? DateTime.MinValue : DateTime.UnixEpoch;
        var form = IsTimeOfDay ? "HH:mm:ss.fffffff" : "yyyy-MM-dd HH:mm:ss.fffffff";
        return ticks < DateTime.MinValue.Ticks - since.Ticks || ticks > DateTime.MaxValue.Ticks - since.Ticks
            ? string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds} ns after 1970")
            : since.AddTicks((long)ticks).ToString(form, CultureInfo.InvariantCulture) + rest.ToString("00", CultureInfo.InvariantCulture);
    }
}
