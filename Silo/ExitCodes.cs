namespace OrleansBatch.Silo;

/// <summary>What the program's exit code tells a script.</summary>
public static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Ok = 0;

    /// <summary>The command ran and what it ran failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or its input is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The surroundings are not as needed: no Postgres, a wrong password, a taken port, a newer database.</summary>
    public const int Environment = 3;

    /// <summary>The user interrupted the command.</summary>
    public const int Interrupted = 130;
}
