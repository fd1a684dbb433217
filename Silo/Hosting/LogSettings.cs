using Microsoft.Extensions.Logging.Console;

namespace OrleansBatch.Silo.Hosting;

/// <summary>
/// The program's log, by the standard section <c>Logging</c> of the configuration.
/// Without settings the engine's lines are shown from Information on, in the format "line", and the libraries are silent.
/// </summary>
internal static class LogSettings
{
    private const string Section = "Logging";
    private const string Formatter = $"{Section}:Console:FormatterName";
    private const string Ours = "OrleansBatch";
    private const LogLevel OrdinaryLevel = LogLevel.Information;

    // The levels of all providers, and those of the console, which come first.
    private static readonly string[] _levels = [$"{Section}:LogLevel", $"{Section}:Console:LogLevel"];

    private static readonly string[] _formats =
        [LineFormatter.Line, ConsoleFormatterNames.Json, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Systemd];

    /// <summary>Answers whether each line is to be a JSON object, for a program that reads them.</summary>
    public static bool IsJson(IConfiguration configuration) =>
        string.Equals(configuration[Formatter], ConsoleFormatterNames.Json, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the log up.</summary>
    /// <exception cref="StartupException">A level or the format has a name that there is not.</exception>
    public static void Configure(ILoggingBuilder logging, IConfiguration configuration, SiloSettings settings)
    {
        Check(configuration);
        logging.ClearProviders();
        AddConsole(logging);
        if (settings.Quiet && !settings.Verbose)
        {
            // The verb shows its own progress, whatever the environment wants of a silo that serves.
            logging.SetMinimumLevel(LogLevel.None);
            return;
        }

        // The libraries warn of events that are normal here: silos that were killed, calls that meet a leaving activation.
        logging.SetMinimumLevel(settings.Verbose ? LogLevel.Information : LogLevel.None);
        KeepApart(logging, configuration.GetSection(_levels[0]), configuration.GetSection(_levels[1]));

        // Of two rules for one category the later one counts.
        logging.AddConfiguration(configuration.GetSection(Section));
    }

    // A rule for "Orleans" is one for all categories that begin so, also for ours: ours have a rule of their own.
    private static void KeepApart(ILoggingBuilder logging, IConfiguration all, IConfiguration console)
    {
        var level = Level(all, OrdinaryLevel);
        logging.AddFilter(Ours, level);
        if (console.GetChildren().Any())
        {
            logging.AddFilter<ConsoleLoggerProvider>(Ours, Level(console, level));
        }
    }

    private static LogLevel Level(IConfiguration levels, LogLevel otherwise) =>
        Enum.TryParse<LogLevel>(levels[Ours] ?? levels["Default"], ignoreCase: true, out var level) ? level : otherwise;

    private static void AddConsole(ILoggingBuilder logging)
    {
        // A formatter's own options are bound later, so that the configuration has the last word on the time as well.
        logging.Services.Configure<JsonConsoleFormatterOptions>(
            o => (o.TimestampFormat, o.UseUtcTimestamp) = (LineFormatter.TimeFormat, true));

        // Of two formatters with one name the first one counts.
        foreach (var formatter in LineFormatter.All(TimeProvider.System))
        {
            logging.Services.AddSingleton<ConsoleFormatter>(formatter);
        }

        logging.AddConsole();
        logging.Services.PostConfigure<ConsoleLoggerOptions>(o => o.FormatterName ??= LineFormatter.Line);
    }

    // .NET would take an unknown format for "simple", and name no variable for an unknown level.
    private static void Check(IConfiguration configuration)
    {
        if (configuration[Formatter] is { } format && !_formats.Contains(format, StringComparer.OrdinalIgnoreCase))
        {
            throw Refused(Formatter, format, _formats);
        }

        foreach (var level in _levels.SelectMany(l => configuration.GetSection(l).GetChildren()))
        {
            if (level.Value is { } value && !Enum.TryParse<LogLevel>(value, ignoreCase: true, out _))
            {
                throw Refused(level.Path, value, Enum.GetNames<LogLevel>());
            }
        }
    }

    private static StartupException Refused(string setting, string value, string[] known)
    {
        var variable = setting.Replace(":", "__", StringComparison.Ordinal);
        var meant = Spelling.Closest(value, known) is { } closest ? $" Did you mean {closest}?" : string.Empty;
        return new StartupException(
            $"{variable} can't be \"{value}\": choose one of {string.Join(", ", known)}.{meant}", ExitCodes.BadInput);
    }
}
