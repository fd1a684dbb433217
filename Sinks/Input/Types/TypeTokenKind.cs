namespace OrleansBatch.Sinks.Input.Types;

internal enum TypeTokenKind
{
    Word,
    Name,
    Text,
    Mark,
    End,
}
