namespace OrleansBatch.Grains.Sessions;

/// <summary>Says that a pooler stands before the database which doesn't keep a session for each connection.</summary>
/// <param name="found">What was seen, as the first half of a sentence.</param>
/// <param name="innerException">What showed it, if it was an error.</param>
public sealed class PooledSessionException(string found, Exception? innerException = null) : Exception(
    $"{found}: between this program and Postgres stands a pooler in transaction or statement mode, or one with too few connections. A "
    + "group's lock belongs to the session that took it; where connections share sessions, two silos could work on one group. Connect to "
    + "Postgres directly, or through a pooler in session mode with room for 18 connections of each silo.",
    innerException);
