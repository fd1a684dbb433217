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
    public async Task Wrong_usage_is_one_line_and_bad_input(string args)
    {
        var (exitCode, error) = await RunAsync(args, (_, _) => Task.FromResult(0));

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.EndsWith("See orleansbatch --help.", Assert.Single(Lines(error)));
    }

    [Theory]
    [InlineData("statsu", "There is no verb \"statsu\": did you mean \"status\"?")]
    [InlineData("laod --team 1", "There is no verb \"laod\": did you mean \"load\"?")]
    [InlineData("sink lsit", "There is no verb \"lsit\": did you mean \"list\"?")]
    [InlineData("frobnicate", "There is no verb \"frobnicate\". See")]
    [InlineData("load --team 1 --scheam s a.parquet", "There is no option \"--scheam\": did you mean \"--schema\"?")]
    [InlineData("load --team 1 --schema s --lossi=round a.parquet", "There is no option \"--lossi\": did you mean \"--lossy\"?")]
    [InlineData("status --conection x", "There is no option \"--conection\": did you mean \"--connection\"?")]
    [InlineData("load --team acme --schema s a.parquet", "\"acme\" is no team: a team is a number, as in --team 7.")]
    [InlineData("runs --team acme", "\"acme\" is no team: a team is a number, as in --team 7.")]
    [InlineData("load a.parquet", "\"load\" needs --team, --schema and at least one file")]
    [InlineData("load --run x", "\"x\" is no run id")]
    [InlineData("serve --roots a b", "\"b\" is one value too many for \"serve\"")]
    [InlineData("load --team 1 --schema s --primary-key a,,b f.parquet", "\"a,,b\" is no list of names")]
    public async Task What_is_mistyped_is_named_with_what_may_be_meant(string args, string expected)
    {
        using var error = new StringWriter();

        var exitCode = await CommandLine.RunAsync(CommandLine.CreateRoot(CommandLine.CreateVerbs()), args.Split(' '), error);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.StartsWith(expected, Assert.Single(Lines(error.ToString())));
    }

    [Theory]
    [InlineData("", "Usage:\n  orleansbatch [command] [options]")]
    [InlineData("sink", "Usage:\n  orleansbatch sink [command] [options]")]
    public async Task Without_a_verb_the_help_is_shown_and_it_is_bad_input(string args, string expected)
    {
        using var error = new StringWriter();

        var exitCode = await CommandLine.RunAsync(
            CommandLine.CreateRoot(CommandLine.CreateVerbs()), args.Split(' ', StringSplitOptions.RemoveEmptyEntries), error);

        Assert.Equal(ExitCodes.BadInput, exitCode);
        Assert.Contains(expected, error.ToString());
    }

    [Theory]
    [InlineData("--primary-key id a.parquet")]
    [InlineData("a.parquet --primary-key id")]
    [InlineData("--roots /data a.parquet --primary-key id")]
    [InlineData("--primary-key=id -- a.parquet")]
    public void An_option_takes_one_value_and_leaves_the_file(string args)
    {
        var parsed = CommandLine.CreateRoot(CommandLine.CreateVerbs()).Parse(["load", "--team", "1", "--schema", "s", .. args.Split(' ')]);

        Assert.Null(UsageError.Of(parsed));
        Assert.Equal(["a.parquet"], parsed.GetValue<string[]>("files")!);
        Assert.Equal(["id"], parsed.GetValue<string[]>("--primary-key")!);
    }

    [Theory]
    [InlineData("id", "id")]
    [InlineData("id,v", "id|v")]
    [InlineData(" id , v ", "id|v")]
    [InlineData("\"id,v\"", "id,v")]
    [InlineData("a,\"b,\"\"c\"\"\",d", "a|b,\"c\"|d")]
    [InlineData("\" a \"", " a ")]
    [InlineData("", null)]
    [InlineData("a,", null)]
    [InlineData("a,,b", null)]
    [InlineData("\"a", null)]
    [InlineData("\"a\"b", null)]
    public void Names_are_separated_by_commas_and_quoted_where_they_have_one(string text, string? names) =>
        Assert.Equal(names, NameList.TrySplit(text) is { } some ? string.Join('|', some) : null);

    [Fact]
    public void A_directory_with_a_comma_is_one_root()
    {
        var parsed = CommandLine.CreateRoot(CommandLine.CreateVerbs()).Parse(["serve", "--roots", "/a,b", "--roots", "/c"]);

        Assert.Equal(["/a,b", "/c"], parsed.GetValue<string[]>("--roots")!);
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
    public async Task An_error_steers_no_terminal()
    {
        var (_, error) = await RunAsync("verb", (_, _) => throw new StartupException("a\u001b[2Jb\nc", ExitCodes.Environment));

        Assert.Equal("a\\u001b[2Jb\\nc", Assert.Single(Lines(error)));
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
