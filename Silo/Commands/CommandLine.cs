using System.CommandLine;
using OrleansBatch.Silo.Hosting;
using System.CommandLine.Help;

namespace OrleansBatch.Silo.Commands;

// Runs one verb, and turns whatever ends it into an exit code and at most one sentence.
internal static class CommandLine
{
    public static Command CreateRoot(params IEnumerable<Command> verbs)
    {
        // Not a RootCommand: that one calls itself after the dll in its help.
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
        ShowCommand.Create(), CancelCommand.Create(), AcknowledgeCommand.Create(), RetryCommand.Create(), SkipCommand.Create(), ReplayCommand.Create(), PauseCommand.Create(),
        ResumeCommand.Create(), EvictCommand.Create(), UnblockCommand.Create(), SinkCommand.Create(), MigrateCommand.Create(),
        DemoCommand.Create(), DrillCommand.Create(),
    ];

    public static Task<int> RunAsync(string[] args) => RunAsync(CreateRoot(CreateVerbs()), args, Console.Error);

    public static async Task<int> RunAsync(Command root, string[] args, TextWriter error)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors is [var first, ..])
        {
            await error.WriteLineAsync($"{first.Message} See {root.Name} --help.");
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
            await error.WriteLineAsync(parsed.GetValue(GlobalOptions.Verbose) ? $"{message}\n{e}" : message);
            return exitCode;
        }
    }
}
