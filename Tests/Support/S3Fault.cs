namespace OrleansBatch.Tests.Support;

// What happens to a request. Unless it is refused, the server sees it whole and does what it says.
internal sealed record S3Fault
{
    // The answer in place of the server's.
    public string? Refusal { get; private init; }

    // The bytes of the server's answer that pass before the connection is cut.
    public int Passed { get; private init; }

    // No byte comes, and the connection stays.
    public bool Stalls { get; private init; }

    public static S3Fault Swallowed { get; } = new();

    public static S3Fault Stalled { get; } = new() { Stalls = true };

    public static S3Fault CutAfter(int bytes) => new() { Passed = bytes };

    public static S3Fault Refused(int status, string code, string message = "")
    {
        var body = $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>";
        return new() { Refusal = $"HTTP/1.1 {status} X\r\nContent-Type: application/xml\r\nContent-Length: {body.Length}\r\n\r\n{body}" };
    }
}
