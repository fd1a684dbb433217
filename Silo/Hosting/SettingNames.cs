using System.Collections;
using System.Reflection;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Grains.Options;
using OrleansBatch.Silo.Hosting.Network;
using OrleansBatch.Sinks.Delta;
using OrleansBatch.Sinks.DuckDb;
using OrleansBatch.Sinks.Probe;

namespace OrleansBatch.Silo.Hosting;

/// <summary>
/// Knows the environment variables that are settings, and finds variables that only look like one.
/// The configuration would pass over such a variable without a word.
/// </summary>
internal static class SettingNames
{
    private const string Prefix = OrleansBatchOptions.Section + Separator;
    private const string Separator = "__";

    // Endings of settings: with a name of the user's, or with a place in a list.
    private const string Named = Separator + "SINK";
    private const string Numbered = Separator + "0";

    // Variables that begin like a setting and are read elsewhere.
    private static readonly string[] _others = ["ORLEANSBATCH_PG_BIN", "ORLEANSBATCH_TEST_"];

    private static readonly string[] _known =
    [
        .. NamesOf(typeof(OrleansBatchOptions), Prefix),
        .. NamesOf(typeof(NetworkOptions), Prefix),
        .. NamesOf(typeof(DuckDbSinkOptions), $"{Prefix}DuckDb{Separator}"),
        .. NamesOf(typeof(DeltaSinkOptions), $"{Prefix}Delta{Separator}"),
        .. NamesOf(typeof(ProbeSinkOptions), $"{Prefix}Probe{Separator}"),
    ];

    public static IReadOnlyList<string> Known => _known;

    /// <summary>Returns a sentence for each variable that only looks like a setting, with the setting that may be meant.</summary>
    public static IEnumerable<string> Mistakes(IEnumerable<string> variables) => variables
        .Where(v => v.StartsWith(OrleansBatchOptions.Section + "_", StringComparison.OrdinalIgnoreCase))
        .Where(v => !_others.Any(o => v.StartsWith(o, StringComparison.Ordinal)) && !_known.Any(k => Matches(v, k)))
        .Order(StringComparer.Ordinal)
        .Select(v => $"{ControlCharacters.Escape(v)} is no setting and has no effect: {Advice(v)}");

    public static IEnumerable<string> MistakesOfEnvironment() =>
        Mistakes(Environment.GetEnvironmentVariables().Keys.Cast<string>());

    private static string Advice(string variable)
    {
        var name = variable[OrleansBatchOptions.Section.Length..].TrimStart('_');
        return Spelling.Closest(name, _known.Select(k => k[Prefix.Length..])) is { } closest
            ? $"did you mean {Prefix}{closest}?"
            : "README.md lists the settings.";
    }

    private static bool Matches(string variable, string known) =>
        known.EndsWith(Named, StringComparison.Ordinal) ? EndingOf(variable, known, Named) is { Length: > 0 }
        : known.EndsWith(Numbered, StringComparison.Ordinal)
            ? EndingOf(variable, known, Numbered) is { Length: > 0 } place && place.All(char.IsAsciiDigit)
        : variable.Equals(known, StringComparison.OrdinalIgnoreCase);

    // Returns the part of the variable in the place of the known name's ending; null when the variable begins otherwise.
    private static string? EndingOf(string variable, string known, string ending)
    {
        var start = known[..^(ending.Length - Separator.Length)];
        return variable.StartsWith(start, StringComparison.OrdinalIgnoreCase) ? variable[start.Length..] : null;
    }

    private static IEnumerable<string> NamesOf(Type options, string prefix) => options
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .SelectMany(property => NamesOf(property, prefix + property.Name));

    private static IEnumerable<string> NamesOf(PropertyInfo property, string name)
    {
        var type = property.PropertyType;
        return type == typeof(string) || type.IsValueType ? Settable(property, name)
            : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>) ? [name + Named]
            : typeof(IEnumerable).IsAssignableFrom(type) ? [name + Numbered]
            : NamesOf(type, name + Separator);
    }

    private static IEnumerable<string> Settable(PropertyInfo property, string name) =>
        property.SetMethod is { IsPublic: true } ? [name] : [];
}
