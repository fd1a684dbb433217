using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Probe;

/// <summary>Registers the probe sink.</summary>
public static class ProbeSinkRegistration
{
    /// <summary>The sink's name.</summary>
    public const string Name = "probe";

    /// <summary>Registers the sink <c>probe</c>, with a pool of its own for the ledger.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="connectionString">The database that holds the ledger.</param>
    /// <param name="siloName">The silo's name, shown in <c>application_name</c>.</param>
    /// <param name="poolSize">The most connections the ledger may use.</param>
    /// <param name="options">The settings of the sink's records; null for the defaults.</param>
    public static IServiceCollection AddProbeSink(
        this IServiceCollection services, string connectionString, string siloName, int poolSize = 16, ProbeSinkOptions? options = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        if (options is { Ledger: false })
        {
            return services.AddKeyedSingleton<IBatchSink>(Name, (provider, _) => new NoOpProbeSink(
                options.StartsFile is { } file ? new ProbeStarts(file) : null, provider.GetRequiredService<TimeProvider>()));
        }

        return services.AddKeyedSingleton<IBatchSink>(Name, (provider, _) => new ProbeSink(
            new ProbeLedger(NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
            {
                ApplicationName = $"orleans-batch-probe@{siloName}",
                MaxPoolSize = poolSize,
            })),
            provider.GetRequiredService<TimeProvider>()));
    }
}
