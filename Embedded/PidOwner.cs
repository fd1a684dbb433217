namespace OrleansBatch.Embedded;

internal enum PidOwner
{
    Nobody,
    Postgres,
    OtherProgram,
}
