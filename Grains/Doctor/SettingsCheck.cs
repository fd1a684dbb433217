using OrleansBatch.Grains.Interfaces.Status;
using OrleansBatch.Grains.Options;
using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Doctor;

// Settings that a silo would refuse to start with.
internal static class SettingsCheck
{
    public static List<Finding> Run(string connectionString, OrleansBatchOptions options)
    {
        var connection = new EngineConnection(connectionString);
        return new OrleansBatchOptionsValidator(connection).Validate(null, options).Failures is { } failures
            ? [.. failures.Select(f => connection.UnixSocket is { } socket && f.Contains(socket, StringComparison.Ordinal)
                ? new Finding("unix_socket", "error", socket, f, "--connection \"Host=127.0.0.1;...\"")
                : new Finding("settings_refused", "error", OrleansBatchOptions.Section, f, "OrleansBatch__NAME=VALUE orleansbatch serve"))]
            : [];
    }
}
