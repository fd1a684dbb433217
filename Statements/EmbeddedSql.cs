using System.Reflection;

namespace OrleansBatch.Statements;

/// <summary>The SQL files that are embedded in one assembly under one prefix.</summary>
/// <param name="assembly">The assembly that holds the files.</param>
/// <param name="prefix">What each file's name begins with, for example queue/.</param>
internal sealed class EmbeddedSql(Assembly assembly, string prefix)
{
    public static EmbeddedSql Of<T>(string prefix = "") => new(typeof(T).Assembly, prefix);

    public IEnumerable<string> Names(string folder = "") =>
        assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(prefix + folder, StringComparison.Ordinal))
            .Select(n => n[prefix.Length..])
            .Order(StringComparer.Ordinal);

    /// <summary>Reads a file's text.</summary>
    /// <param name="name">The file's name after the prefix.</param>
    /// <exception cref="InvalidOperationException">No such file is embedded.</exception>
    public string Read(string name)
    {
        using var stream = assembly.GetManifestResourceStream(prefix + name)
            ?? throw new InvalidOperationException($"The SQL file {prefix}{name} is not embedded in {assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Loads the statement that the file NAME.sql holds.</summary>
    public Statement Load(string name) => new(name, Read($"{name}.sql"));
}
