using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Sinks.Delta;

/// <summary>Registers the Delta sink.</summary>
public static class DeltaSinkRegistration
{
    /// <summary>The name of the sink, and the key of its service.</summary>
    public const string SinkName = "delta";

    /// <summary>
    /// Registers the sink as the keyed <see cref="IBatchSink"/> named <see cref="SinkName"/>, and checks its settings at start.
    /// </summary>
    /// <param name="services">The services to add to.</param>
    /// <param name="configure">Changes the settings, or null to keep the defaults.</param>
    public static IServiceCollection AddDeltaSink(this IServiceCollection services, Action<DeltaSinkOptions>? configure = null)
    {
        var options = services.AddOptions<DeltaSinkOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DeltaSinkOptions>, DeltaSinkOptionsValidator>());
        services.TryAddKeyedSingleton<IBatchSink, DeltaSink>(SinkName);
        return services;
    }
}
