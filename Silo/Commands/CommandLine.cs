using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using OrleansBatch.Grains.Diagnostics;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Silo.Commands;

// Runs one verb, and turns its end into an exit code and at most one sentence.
internal static class CommandLine
{
    public static Command CreateRoot(params IEnumerable<Command> verbs)
    {
        // A RootCommand would call itself after the dll in its help.
        var root = new Command("orleansbatch", "Applies batches of Parquet files to sinks, in order, one at a time per group.");
        root.Options.Add(new HelpOption());
        root.Options.Add(new VersionOption());
        root.Options.Add(GlobalOptions.Connection);
        root.Options.Add(GlobalOptions.Verbose);
        foreach (var verb in verbs)
        {
            root.Subcommands.Add(verb);
        }

        return root;
    }

    public static Command[] CreateVerbs() =>
    [
        ServeCommand.Create(), LoadCommand.Create(), StatusCommand.Create(), DoctorCommand.Create(), RunsCommand.Create(),
        ShowCommand.Create(), ActionsCommand.Create(), new CancelCommand().Create(), new AcknowledgeCommand().Create(),
        new SealCommand().Create(), new RetryCommand().Create(), new SkipCommand().Create(), new ReplayCommand().Create(),
        PausesCommand.Create(), new PauseCommand().Create(), new ResumeCommand().Create(), new EvictCommand().Create(),
        new UnblockCommand().Create(), new ForgetCommand().Create(), SinkCommand.Create(), TableCommand.Create(), MigrateCommand.Create(),
        DemoCommand.Create(), DrillCommand.Create(),
    ];

    public static Task<int> RunAsync(string[] args) => RunAsync(CreateRoot(CreateVerbs()), args, Console.Error);

    public static async Task<int> RunAsync(Command root, string[] args, TextWriter error)
    {
        var parsed = root.Parse(args);
        if (LacksVerb(parsed))
        {
            // The help is shown, but a call without a verb has failed.
            string[] verbs = [.. VerbsOf(parsed.CommandResult)];
            await root.Parse([.. verbs, "--help"]).InvokeAsync(new InvocationConfiguration { Output = error, Error = error });
            return ExitCodes.BadInput;
        }

        if (UsageError.Of(parsed) is { } wrong)
        {
            await error.WriteLineAsync($"{wrong} See {root.Name} --help.");
            return ExitCodes.BadInput;
        }

        using var interrupt = new Interrupt();
        try
        {
            // Signals are ours: the library would end the process two seconds after the first.
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Error = error,
            };
            return await parsed.InvokeAsync(configuration, interrupt.Token);
        }
        catch (Exception e)
        {
            var (message, exitCode) = ErrorText.For(e, interrupt.Token.IsCancellationRequested);
            await error.WriteLineAsync(ControlCharacters.Escape(message));
            if (parsed.GetValue(GlobalOptions.Verbose))
            {
                // A stack trace has lines of its own.
                foreach (var line in e.ToString().Split('\n'))
                {
                    await error.WriteLineAsync(ControlCharacters.Escape(line.TrimEnd('\r')));
                }
            }

            return exitCode;
        }
    }

    private static bool LacksVerb(ParseResult parsed) =>
        parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0 && parsed.Errors.Count > 0;

    private static IEnumerable<string> VerbsOf(CommandResult result) =>
        result.Parent is CommandResult parent ? VerbsOf(parent).Append(result.Command.Name) : [];
}
