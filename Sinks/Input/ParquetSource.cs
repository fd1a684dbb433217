using System.Text;

using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

// One Parquet file, spelled so that DuckDB reads no other: without globbing, and without columns guessed from directory names.
// A filter that NaN may pass is not judged by the file's statistics, which leave NaN out.
internal static class ParquetSource
{
    public static SqlText Of(string path) => SqlText.Of(
        $"read_parquet({SqlText.Literal(Literally(path))}, hive_partitioning = false, union_by_name = false, can_have_nan = true)");

    // Several files of one table. If a name is given, the path of each row's file stands in a column of that name.
    public static SqlText OfAll(IEnumerable<string> paths, string? fileName, bool withRowNumbers = false)
    {
        var files = SqlText.Join(", ", paths.Select(p => SqlText.Literal(Literally(p))));
        var named = fileName is null ? SqlText.Trusted(string.Empty) : SqlText.Of($", filename = {SqlText.Literal(fileName)}");
        var numbered = SqlText.Trusted(withRowNumbers ? ", file_row_number = true" : string.Empty);
        return SqlText.Of(
            $"read_parquet([{files}], hive_partitioning = false, union_by_name = true, can_have_nan = true{named}{numbered})");
    }

    private static string Literally(string path)
    {
        if (path.AsSpan().IndexOfAny("[*?") < 0)
        {
            return path;
        }

        var escaped = new StringBuilder(path.Length + 8);
        foreach (var letter in path)
        {
            _ = letter is '[' or '*' or '?' ? escaped.Append('[').Append(letter).Append(']') : escaped.Append(letter);
        }

        return escaped.ToString();
    }
}
