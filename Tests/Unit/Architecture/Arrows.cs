using System.Reflection;
using System.Text.RegularExpressions;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Architecture;

// The arrows between the namespaces of a project, which are its folders: what the compiled types use, and what the source files are using.
internal static partial class Arrows
{
    public static IReadOnlyList<string> Projects { get; } =
    [
        "Contracts", "Drill", "Embedded", "Grains", "Grains.Interfaces", "Producer", "Silo", "Sinks.Delta", "Sinks.DeltaLog",
        "Sinks.DuckDb", "Sinks.Engine", "Sinks.Input", "Sinks.Probe", "Sinks.Stores", "Statements",
    ];

    public static Assembly Project(string name) => Assembly.Load($"OrleansBatch.{name}");

    // Every type that somebody wrote, with the namespace of the type that it is nested in.
    public static IEnumerable<Type> TypesOf(string project) =>
        Project(project).GetTypes().Where(t => t.Namespace?.StartsWith($"OrleansBatch.{project}", StringComparison.Ordinal) is true);

    public static SortedSet<string> Between(string project, Func<string, string?> roomOf)
    {
        var arrows = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in TypesOf(project))
        {
            foreach (var used in TypeUses.Of(type).Where(t => t.Assembly == type.Assembly))
            {
                Add(arrows, roomOf(type.Namespace!), roomOf(used.Namespace ?? string.Empty));
            }
        }

        foreach (var (from, to) in Usings(project))
        {
            Add(arrows, roomOf(from), roomOf(to));
        }

        return arrows;
    }

    // The rooms that can be reached from each other, a circle a line.
    public static List<string> Circles(IEnumerable<string> arrows)
    {
        var next = arrows.Select(a => a.Split(" -> ")).ToLookup(a => a[0], a => a[1]);
        var reached = next.Select(n => n.Key).ToDictionary(room => room, room => Reach(room, next));
        return [.. reached.Where(r => r.Value.Contains(r.Key))
            .Select(r => r.Value.Where(other => reached.GetValueOrDefault(other)?.Contains(r.Key) is true))
            .Select(circle => string.Join(", ", circle.Order(StringComparer.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> next)
    {
        var (reached, open) = (new HashSet<string>(), new Queue<string>(next[from]));
        while (open.TryDequeue(out var room))
        {
            if (reached.Add(room))
            {
                next[room].ToList().ForEach(open.Enqueue);
            }
        }

        return reached;
    }

    private static IEnumerable<(string From, string To)> Usings(string project)
    {
        var root = Path.Combine(Repository.Root, project.Replace("Sinks.", "Sinks/", StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (NamespaceLine().Match(text) is { Success: true } own)
            {
                foreach (Match used in UsingLine().Matches(text))
                {
                    yield return (own.Groups[1].Value, used.Groups[1].Value);
                }
            }
        }
    }

    private static void Add(SortedSet<string> arrows, string? from, string? to)
    {
        if (from is not null && to is not null && from != to)
        {
            arrows.Add($"{from} -> {to}");
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static |\w+ = )?(OrleansBatch\.[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();
}
