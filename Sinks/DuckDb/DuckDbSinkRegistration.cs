using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>Registers the DuckDB sink.</summary>
public static class DuckDbSinkRegistration
{
    /// <summary>The name of the sink, and the key of its service.</summary>
    public const string SinkName = "duckdb";

    /// <summary>
    /// Registers the sink as the keyed <see cref="IBatchSink"/> named <see cref="SinkName"/>, and checks its settings at start.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Changes the settings, or null to keep the defaults.</param>
    public static IServiceCollection AddDuckDbSink(this IServiceCollection services, Action<DuckDbSinkOptions>? configure = null)
    {
        var options = services.AddOptions<DuckDbSinkOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DuckDbSinkOptions>, DuckDbSinkOptionsValidator>());
        services.TryAddKeyedSingleton<IBatchSink, DuckDbSink>(SinkName);
        return services;
    }
}
