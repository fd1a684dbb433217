using Microsoft.Extensions.Options;
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
        return
        [
            .. from f in FailuresOf(new OrleansBatchOptionsValidator(), options)
               select new Finding(
                   "settings_refused", "error", OrleansBatchOptions.Section, f, "OrleansBatch__NAME=VALUE orleansbatch serve"),
            .. from f in FailuresOf(new TcpConnectionValidator(connection), options)
               select new Finding("unix_socket", "error", connection.UnixSocket!, f, "--connection \"Host=127.0.0.1;...\""),
        ];
    }

    private static IEnumerable<string> FailuresOf(IValidateOptions<OrleansBatchOptions> validator, OrleansBatchOptions options) =>
        validator.Validate(null, options).Failures ?? [];
}
