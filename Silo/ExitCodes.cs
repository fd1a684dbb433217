namespace OrleansBatch.Silo;

/// <summary>The program's exit codes for scripts.</summary>
public static class ExitCodes
{
    /// <summary>The command has done its work.</summary>
    public const int Ok = 0;

    /// <summary>The command ran, and its work failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line or its input is wrong.</summary>
    public const int BadInput = 2;

    /// <summary>The surroundings are not as needed: no Postgres, a wrong password, a taken port, a newer database.</summary>
    public const int Environment = 3;

    /// <summary>
    /// The silo could not join its cluster or not stay in it, as when the network is cut: start it again. The code is EX_TEMPFAIL of
    /// sysexits.h.
    /// </summary>
    public const int Restart = 75;

    /// <summary>The user interrupted the command.</summary>
    public const int Interrupted = 130;
}
