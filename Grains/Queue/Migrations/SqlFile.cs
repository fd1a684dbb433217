using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>A file of the folder sql that is embedded in this assembly.</summary>
/// <param name="Name">Its path, for example sql/migrations/0001_first_release.sql.</param>
/// <param name="Text">Its text. Line ends are those of Unix, whatever a checkout made of them.</param>
internal sealed record SqlFile(string Name, string Text)
{
    private static readonly EmbeddedSql _files = EmbeddedSql.Of<SqlFile>("sql/");

    public int Number => int.Parse(Path.GetFileName(Name).AsSpan(0, 4), CultureInfo.InvariantCulture);

    public string Checksum => ChecksumOf([this]);

    public static IReadOnlyList<SqlFile> In(string folder) => [.. _files.Names($"{folder}/").Select(Read)];

    public static string ChecksumOf(IEnumerable<SqlFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(f => f.Text)))));

    private static SqlFile Read(string name) => new($"sql/{name}", _files.Read(name).ReplaceLineEndings("\n"));
}
