namespace OrleansBatch.Grains.Interfaces.Operations;

// The driver prepares a statement for the types of its arguments, so that a missing value has a type as well.
internal readonly record struct OperationArgument(string Name, Type Type, object? Value);
