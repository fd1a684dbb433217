using System.Net;
using Npgsql;

namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>Knows whether the way to the database can be trusted.</summary>
internal static class DatabaseTrust
{
    /// <summary>
    /// Returns a warning for a database on another host that need not prove who it is. Null says that the host is this one, or that a
    /// certificate is checked, or that SCRAM is asked for.
    /// </summary>
    public static string? WarningFor(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var isChecked = settings.SslMode is SslMode.VerifyCA or SslMode.VerifyFull
            || string.Equals(settings.RequireAuth, "ScramSHA256", StringComparison.OrdinalIgnoreCase);
        return isChecked || (settings.Host ?? "").Split(',').All(IsOfThisHost) ? null
            : $"The Postgres at {settings.Host} need not prove who it is, and could ask for the password in clear text: add "
                + "\"SSL Mode=VerifyFull;Root Certificate=FILE\" to the connection string, or \"Require Auth=ScramSHA256\" at least.";
    }

    private static bool IsOfThisHost(string host) =>
        host.Trim() is var name
        && (name.StartsWith('/') || name.StartsWith('@') || name.Split(':')[0] == "localhost"
            || (IPEndPoint.TryParse(name, out var endPoint) && IPAddress.IsLoopback(endPoint.Address)));
}
