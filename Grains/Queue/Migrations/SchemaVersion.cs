namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Which program last migrated a database.</summary>
/// <param name="Program">The program's version.</param>
/// <param name="LowestProgram">The lowest version that may run on the schema as this program left it.</param>
/// <param name="RoutinesHash">The checksum of the routines, triggers and views.</param>
internal sealed record SchemaVersion(Version Program, Version LowestProgram, string RoutinesHash)
{
    /// <summary>
    /// The lowest version that may run beside this one. Raise it when a routine or table changes so that the silos of an older version
    /// would fail or do harm.
    /// </summary>
    private static readonly Version _lowest = new(0, 1, 0);

    private static readonly Statement _read = QueueStatements.Load("read_schema_version");
    private static readonly Statement _write = QueueStatements.Load("write_schema_version");

    /// <summary>Gets the version of this program, with its own files.</summary>
    public static SchemaVersion Own { get; } = new(ThisProgram(), _lowest, Routines.Checksum);

    public static Task<SchemaVersion?> ReadAsync(Npgsql.NpgsqlConnection connection, CancellationToken cancellationToken) =>
        _read.On(connection).FirstAsync(
            r => (SchemaVersion?)new SchemaVersion(Version.Parse(r.GetString(0)), Version.Parse(r.GetString(1)), r.GetString(2)),
            cancellationToken);

    /// <summary>Answers whether the database belongs to a newer program that this one may run beside.</summary>
    /// <exception cref="NewerDatabaseException">This program is too old for the database.</exception>
    public bool IsNewerThan(SchemaVersion own)
    {
        if (Program <= own.Program)
        {
            return false;
        }

        return own.Program >= LowestProgram ? true : throw NewerDatabaseException.Incompatible(this, own.Program);
    }

    public async Task WriteAsync(Npgsql.NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = _write.On(connection, Program.ToString(3), LowestProgram.ToString(3), RoutinesHash);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static Version ThisProgram()
    {
        var version = typeof(SchemaVersion).Assembly.GetName().Version ?? _lowest;
        return new Version(version.Major, version.Minor, version.Build);
    }
}
