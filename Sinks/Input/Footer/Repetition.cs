namespace OrleansBatch.Sinks.Input.Footer;

internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}
