namespace OrleansBatch.Sinks.Input.Footer;

internal enum TimeUnit
{
    Milliseconds = 1,
    Microseconds = 2,
    Nanoseconds = 3,
}
