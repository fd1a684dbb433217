namespace OrleansBatch.Silo.Embedded;

internal enum PidOwner
{
    Nobody,
    Postgres,
    OtherProgram,
}
