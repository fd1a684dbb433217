using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands.Operating;

namespace OrleansBatch.Tests.Unit;

public sealed class ConfirmationTests
{
    [Theory]
    [InlineData("y", true)]
    [InlineData(" Yes ", true)]
    [InlineData("n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public async Task Only_a_yes_is_one(string? answer, bool expected)
    {
        var (said, output) = await AskAsync(yes: false, new StringReader(answer is null ? "" : answer + "\n"));

        Assert.Equal(expected, said);
        Assert.StartsWith("It drops the moon.", output, StringComparison.Ordinal);
        Assert.Equal(!expected, output.Contains("Nothing was done.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nobody_is_asked_when_the_option_says_yes()
    {
        var (said, output) = await AskAsync(yes: true, terminal: null);

        Assert.Equal((true, $"It drops the moon.{Environment.NewLine}"), (said, output));
    }

    [Fact]
    public async Task Without_a_terminal_it_is_refused_with_what_to_do()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => AskAsync(yes: false, terminal: null));

        Assert.Equal(ExitCodes.BadInput, refused.ExitCode);
        Assert.Contains("--yes", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(bool Said, string Output)> AskAsync(bool yes, TextReader? terminal)
    {
        await using var error = new StringWriter();
        var said = await Confirmation.AskAsync("It drops the moon.", yes, terminal, error, TestContext.Current.CancellationToken);
        return (said, error.ToString());
    }
}
