using System.CommandLine;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Commands;

namespace OrleansBatch.Tests.Unit;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("verb --nonsense")]
    [InlineData("verb --connection")]
    [InlineData("")]
    public async Task Wrong_usage_is_one_line_and_bad_input(string args)
    {
        var (exitCode, error) = await RunAsync(args, (_, _) => Task.FromResult(0));

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.EndsWith("See orleansbatch --help.", Assert.Single(Lines(error)));
    }

    [Fact]
    public async Task Verb_decides_the_exit_code_and_sees_the_connection()
    {
        string? seen = null;

        var (exitCode, error) = await RunAsync("verb --connection Host=here", (parsed, _) =>
        {
            seen = parsed.GetConnection();
            return Task.FromResult(7);
        });

        Assert.Equal((7, "", "Host=here"), (exitCode, error, seen));
    }

    [Fact]
    public void Program_is_named_after_its_script() => Assert.Equal("orleansbatch", CommandLine.CreateRoot().Name);

    [Fact]
    public async Task Error_is_one_line_without_a_stack_trace()
    {
        var (exitCode, error) = await RunAsync("verb", (_, _) => throw new StartupException("No luck.", ExitCodes.Environment));

        Assert.Equal((ExitCodes.Environment, "No luck."), (exitCode, Assert.Single(Lines(error))));
    }

    [Fact]
    public async Task Verbose_adds_the_stack_trace()
    {
        var (_, error) = await RunAsync("verb --verbose", (_, _) => throw new StartupException("No luck.", ExitCodes.Environment));

        Assert.Equal("No luck.", Lines(error)[0]);
        Assert.Contains("   at OrleansBatch.Tests.Unit.CommandLineTests", error);
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string args, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        var verb = new Command("verb");
        verb.SetAction(action);
        using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            CommandLine.CreateRoot(verb), args.Split(' ', StringSplitOptions.RemoveEmptyEntries), error);
        return (exitCode, error.ToString());
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
