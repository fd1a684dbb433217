using Npgsql;
using OrleansBatch.Embedded;

namespace OrleansBatch.Tests.Support;

// The psql that came with the server, or the one on the path.
public static class Psql
{
    public static async Task<string> FindAsync(CancellationToken cancellationToken)
    {
        var beside = Path.Combine((await PostgresBinaries.FindAsync(cancellationToken)).Folder, "psql");
        return File.Exists(beside) ? beside : "psql";
    }

    // The connection string for libpq, and with it for psql and Python.
    public static string Info(string connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        return $"host={connection.Host} port={connection.Port} dbname={connection.Database} "
            + $"user={connection.Username} password={connection.Password}";
    }
}
