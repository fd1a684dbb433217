namespace OrleansBatch.Grains.Sessions;

/// <summary>Names what a connection is for, as its <c>application_name</c> shows it.</summary>
public static class SessionRole
{
    /// <summary>A group's own session: at most one a slot.</summary>
    public const string Group = "orleans-batch-group";

    /// <summary>The poller's connection: one a silo.</summary>
    public const string Poller = "orleans-batch-poller";

    /// <summary>The recovery's connection: one a cluster.</summary>
    public const string Recovery = "orleans-batch-recovery";

    /// <summary>The pool of the batch queue grain.</summary>
    public const string Intake = "orleans-batch-intake";

    /// <summary>The pool of Orleans' membership and reminders.</summary>
    public const string Orleans = "orleans-batch-orleans";

    /// <summary>Gives the <c>application_name</c> of a role on a silo.</summary>
    /// <param name="role">One of the roles above.</param>
    /// <param name="siloName">The silo's name.</param>
    public static string NameOn(string role, string siloName) => $"{role}@{siloName}";
}
