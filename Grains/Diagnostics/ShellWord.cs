namespace OrleansBatch.Grains.Diagnostics;

/// <summary>Writes a name as one word of a command that people copy into a shell.</summary>
public static class ShellWord
{
    /// <summary>Quotes the name if a shell would not read it as one word.</summary>
    /// <param name="name">The name, such as a group or a sink.</param>
    public static string Of(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || "_./:@-".Contains(c, StringComparison.Ordinal)) ? name
        : $"'{ControlCharacters.Escape(name).Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
