using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Sinks.DuckDb;

/// <summary>A group's file in a lake.</summary>
/// <param name="Group">The group whose rows the file holds.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The size of the file in bytes.</param>
/// <param name="Rows">The number of rows in the group's table; null while the file is in use or can't be read.</param>
public sealed record LakeFile(GroupKey Group, string Path, long Bytes, long? Rows);
