using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OrleansBatch.Silo;
using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Tests.Unit;

// The standard section Logging decides what is logged and how, wherever the settings come from.
public sealed class LogSettingsTests
{
    // The least levels that are logged of the engine and of Orleans.
    [Theory]
    [InlineData("", LogLevel.Information, LogLevel.None)]
    [InlineData("LogLevel:Default=Warning", LogLevel.Warning, LogLevel.Warning)]
    [InlineData("LogLevel:Default=Debug LogLevel:Orleans=Error", LogLevel.Debug, LogLevel.Error)]
    [InlineData("LogLevel:Orleans=Warning", LogLevel.Information, LogLevel.Warning)]
    [InlineData("LogLevel:Orleans=None", LogLevel.Information, LogLevel.None)]
    [InlineData("LogLevel:OrleansBatch=Debug", LogLevel.Debug, LogLevel.None)]
    [InlineData("LogLevel:Default=Error LogLevel:OrleansBatch=debug", LogLevel.Debug, LogLevel.Error)]
    [InlineData("Console:LogLevel:Default=Error LogLevel:Default=Debug", LogLevel.Error, LogLevel.Error)]
    [InlineData("Console:LogLevel:Orleans=Error", LogLevel.Information, LogLevel.Error)]
    public void Levels_are_those_of_the_section(string settings, LogLevel ours, LogLevel orleans)
    {
        using var services = Build(settings);

        Assert.Equal((ours, orleans), (Least(services, "OrleansBatch.Grains.Polling"), Least(services, "Orleans.Runtime.Silo")));
    }

    [Fact]
    public void A_verb_that_shows_its_own_progress_logs_nothing_and_verbose_shows_everything()
    {
        using var quiet = Build("LogLevel:Default=Debug", s => s with { Quiet = true });
        using var verbose = Build("", s => s with { Quiet = true, Verbose = true });

        Assert.Equal(LogLevel.None, Least(quiet, "OrleansBatch.Grains"));
        Assert.Equal(LogLevel.Information, Least(verbose, "Orleans.Runtime"));
    }

    [Theory]
    [InlineData("", "line")]
    [InlineData("Console:FormatterName=json", "json")]
    [InlineData("Console:FormatterName=Systemd", "Systemd")]
    public void The_format_is_that_of_the_section(string settings, string format)
    {
        using var services = Build(settings);

        Assert.Equal(format, services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
    }

    [Theory]
    [InlineData("Console:FormatterName=jsn", "Logging__Console__FormatterName can't be \"jsn\"", "Did you mean json?")]
    [InlineData("LogLevel:Orleans=Warn", "Logging__LogLevel__Orleans can't be \"Warn\"", "choose one of Trace, ")]
    [InlineData("Console:LogLevel:Default=Eror", "Logging__Console__LogLevel__Default can't be \"Eror\"", "Did you mean Error?")]
    public void An_unknown_name_is_refused_with_its_variable(string settings, string what, string advice)
    {
        var error = Assert.Throws<StartupException>(() => Build(settings));

        Assert.Equal(ExitCodes.BadInput, error.ExitCode);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains(advice, error.Message, StringComparison.Ordinal);
    }

    private static LogLevel Least(ServiceProvider services, string category)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        return Enum.GetValues<LogLevel>().First(level => level == LogLevel.None || logger.IsEnabled(level));
    }

    private static ServiceProvider Build(string settings, Func<SiloSettings, SiloSettings>? change = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('='))
                .Select(s => KeyValuePair.Create($"Logging:{s[0]}", (string?)s[1]))).Build();
        var silo = new SiloSettings { ConnectionString = "" };
        return new ServiceCollection().AddSingleton<IConfiguration>(configuration)
            .AddLogging(logging => LogSettings.Configure(logging, configuration, change?.Invoke(silo) ?? silo)).BuildServiceProvider();
    }
}
