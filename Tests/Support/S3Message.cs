using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansBatch.Tests.Support;

// A request or an answer of HTTP/1.1, with its bytes as they came.
internal sealed partial record S3Message(string Head, byte[] Bytes)
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    // Returns null when the other end has closed. An answer to HEAD, and one that says so by its status, has no body.
    public static async Task<S3Message?> ReadAsync(NetworkStream stream, string? isAnswerTo, CancellationToken cancellationToken)
    {
        var bytes = new List<byte>();
        var buffer = new byte[64 * 1024];
        string? head = null;
        long? total = null;
        while (total is null || bytes.Count < total)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
            {
                return bytes.Count == 0 || total != -1 ? null : new S3Message(head!, [.. bytes]);
            }

            bytes.AddRange(buffer.AsSpan(0, count));
            if (isAnswerTo is not null && EndOfHead(bytes) is { } interim && IsInterim(bytes))
            {
                bytes.RemoveRange(0, interim);
            }

            if (head is null && EndOfHead(bytes) is { } end)
            {
                head = Encoding.Latin1.GetString([.. bytes.Take(end)]);
                total = IsChunked(head) ? long.MaxValue : end + BodyOf(head, isAnswerTo);
                if (isAnswerTo is null && head.Contains("Expect: 100-continue", StringComparison.OrdinalIgnoreCase))
                {
                    await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancellationToken);
                }
            }

            if (total == long.MaxValue && IsLastChunk(bytes))
            {
                total = bytes.Count;
            }
        }

        return new S3Message(head!, [.. bytes]);
    }

    private static int? EndOfHead(List<byte> bytes)
    {
        var found = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).IndexOf(HeadEnd);
        return found < 0 ? null : found + HeadEnd.Length;
    }

    // The proxy itself has told the client to go on.
    private static bool IsInterim(List<byte> bytes) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).StartsWith("HTTP/1.1 100"u8);

    private static bool IsLastChunk(List<byte> bytes) =>
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes).EndsWith("0\r\n\r\n"u8);

    private static bool IsChunked(string head) => head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);

    private static long BodyOf(string head, string? isAnswerTo) =>
        isAnswerTo == "HEAD" || head.StartsWith("HTTP/1.1 304", StringComparison.Ordinal)
            || head.StartsWith("HTTP/1.1 204", StringComparison.Ordinal)
            ? 0
            : Length().Match(head) is { Success: true } length ? long.Parse(length.Groups[1].ValueSpan, null) : 0;

    [GeneratedRegex(@"^Content-Length:\s*(\d+)", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex Length();
}
