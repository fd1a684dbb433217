using System.Text.RegularExpressions;

namespace OrleansBatch.Sinks.Stores.S3;

// A name with a UUID in it is given to one object ever.
internal static partial class UniqueName
{
    public static bool IsOne(string name) => Uuid().IsMatch(name);

    [GeneratedRegex("[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", RegexOptions.IgnoreCase)]
    private static partial Regex Uuid();
}
