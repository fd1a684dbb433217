using System.Text.RegularExpressions;
using OrleansBatch.Silo.Hosting;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Operations;

// A message of the queue names the arguments of a function. People at the command line read the verb and the option instead.
public sealed partial class CommandWordsTests(QueueDatabase database) : IClassFixture<QueueDatabase>
{
    // Only callers of the SQL functions meet these refusals: no verb passes such arguments.
    private static readonly string[] _notOfVerbs = ["OB001", "OB009", "OB010", "OB012", "OB013", "OB014", "OB016", "OB034", "OB039"];

    [Fact]
    public async Task No_message_of_the_queue_shows_the_command_line_a_word_of_SQL()
    {
        var names = await database.RowsAsync(
            """
            SELECT DISTINCT name FROM (
              SELECT proname AS name FROM pg_catalog.pg_proc WHERE pronamespace = 'orleans_batch'::regnamespace
              UNION ALL SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = 'orleans_batch'::regnamespace
              UNION ALL SELECT unnest(proargnames) FROM pg_catalog.pg_proc WHERE pronamespace = 'orleans_batch'::regnamespace
            ) AS n WHERE name LIKE '%\_%'
            """,
            r => r.GetString(0));
        var messages = await MessagesAsync();

        Assert.InRange(messages.Count, 40, 1000);
        var left = messages.Select(m => CommandWords.Of(m))
            .Where(m => m.Contains("=>", StringComparison.Ordinal) || names.Any(n => Regex.IsMatch(m, $@"(?<!-)\b{n}\b")))
            .ToList();
        Assert.True(left.Count == 0, $"Without a word of the command line in CommandWords: {string.Join("\n", left)}");
    }

    [Theory]
    [InlineData("The order does not matter, pass force => true.", "The order does not matter, add --force.")]
    [InlineData("Begin with its first batch: from_seq => 12.", "Begin with its first batch: --from 12.")]
    [InlineData("Wait for it, or end it with cancel_run first.", "Wait for it, or end it with \"orleansbatch cancel RUN\" first.")]
    [InlineData("There is no group 7/cancel_run.", "There is no group 7/cancel_run.")]
    public void A_word_of_SQL_becomes_the_option_or_the_verb(string message, string said) => Assert.Equal(said, CommandWords.Of(message));

    // Message and hint of each refusal, with sample values in their places.
    private async Task<List<string>> MessagesAsync()
    {
        var sources = await database.RowsAsync(
            "SELECT prosrc FROM pg_catalog.pg_proc WHERE pronamespace = 'orleans_batch'::regnamespace", r => r.GetString(0));
        return [.. sources.SelectMany(s => Raise().Matches(s)).Select(m => m.Value)
            .Where(raise => !_notOfVerbs.Any(code => raise.Contains(code, StringComparison.Ordinal)))
            .SelectMany(raise => Literal().Matches(raise))
            .Select(m => m.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal).Replace("%s", "12", StringComparison.Ordinal)
                .Replace("%", "some", StringComparison.Ordinal))
            .Where(text => text.Contains(' ', StringComparison.Ordinal)).Distinct()];
    }

    [GeneratedRegex(@"RAISE EXCEPTION(?:'(?:[^']|'')*'|[^';])*;")]
    private static partial Regex Raise();

    [GeneratedRegex("'((?:[^']|'')*)'")]
    private static partial Regex Literal();
}
