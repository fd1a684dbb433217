namespace OrleansBatch.Grains.Queue.Migrations;

/// <summary>Says that the database belongs to a newer version of the program, which this one must not touch.</summary>
/// <param name="found">The newest migration that the database has.</param>
/// <param name="known">The newest migration that this program knows.</param>
public sealed class NewerDatabaseException(int found, int known) : Exception(
    $"The database belongs to a newer version of OrleansBatch (it has migration {found}, this program knows {known}): update this program.");
