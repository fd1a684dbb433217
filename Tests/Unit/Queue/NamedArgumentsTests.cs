using System.Globalization;
using System.Text.RegularExpressions;
using OrleansBatch.Grains.Queue;

namespace OrleansBatch.Tests.Unit.Queue;

// A statement with many parameters takes its arguments by name and sends them by position.
public sealed class NamedArgumentsTests
{
    private static readonly (string Name, object Value)[] _values =
    [
        ("group_id", 1), ("sink_id", (short)2), ("epoch", 3L), ("seq", 4L), ("team_id", 5L), ("seconds", 6.0), ("reason", "retry"),
        ("error", "It failed."), ("silo", "silo-a"), ("outcome", "retry"), ("detail", "x"),
    ];

    private static readonly Statement _statement = QueueStatements.Load("park");

    public static TheoryData<string> Statements =>
        ["own_window", "advance_window", "candidates", "advance", "advance_followed", "advance_replayed", "skip", "fail", "park"];

    [Fact]
    public void Arguments_go_to_the_positions_of_their_names_whatever_their_order()
    {
        var ordered = _statement.Named(_values);

        Assert.Equal(_values.Select(v => v.Value), ordered);
        Assert.Equal(ordered, _statement.Named([.. _values.AsEnumerable().Reverse()]));
    }

    [Fact]
    public void Argument_that_is_unknown_or_missing_or_given_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => _statement.Named([.. _values.Skip(1), ("group", 1)]));
        Assert.Throws<ArgumentException>(() => _statement.Named([.. _values.Skip(1)]));
        Assert.Throws<ArgumentException>(() => _statement.Named([.. _values, _values[0]]));
    }

    // A name too few would be noticed by the server, at the first execution only.
    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement_names_all_its_parameters(string statement)
    {
        var text = QueueStatements.Load(statement).ToString();

        var named = Positions(text, @"^(?:-- |  )[a-z_]+ => \$(\d+)");
        var used = Positions(text, @"\$(\d+)").Max();
        Assert.Equal(Enumerable.Range(1, used), named);
    }

    private static IEnumerable<int> Positions(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.Multiline).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
}
