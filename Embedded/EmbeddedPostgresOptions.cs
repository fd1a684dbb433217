namespace OrleansBatch.Embedded;

/// <summary>Says where the private Postgres lives and how long it may take to start.</summary>
public sealed record EmbeddedPostgresOptions
{
    /// <summary>Gets the directory that holds the cluster. A missing directory is created. Default: ./.orleansbatch.</summary>
    public string Directory { get; init; } = ".orleansbatch";

    /// <summary>Gets how long a start may take, crash recovery included. Default: 60 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal PostgresSearch Search { get; init; } = PostgresSearch.FromEnvironment();
}
