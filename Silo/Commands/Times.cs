using System.Globalization;

namespace OrleansBatch.Silo.Commands;

// Times for people: UTC, to the second.
internal static class Times
{
    public static string Show(DateTimeOffset? time) => time?.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture) ?? string.Empty;
}
