using System.Globalization;
using System.Text;
using OrleansBatch.Drill.Faults;

namespace OrleansBatch.Drill.Lakes;

// Follows the requests of one connection to S3, and hands those that put an object to the silo's traps.
internal sealed class PutTap(GatewayPoints points, int silo, string prefix) : ITap
{
    private const int LongestHead = 4096;

    private string? _name;
    private long _left;
    private bool _answerIsLost;

    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        var text = Encoding.ASCII.GetString(bytes.Span[..Math.Min(bytes.Length, LongestHead)]);
        if (text.StartsWith("PUT /", StringComparison.Ordinal))
        {
            var end = bytes.Span.IndexOf("\r\n\r\n"u8);
            var path = text[4..text.IndexOf(' ', 4)].Split('?')[0];
            _name = path.StartsWith(prefix, StringComparison.Ordinal) && end > 0 ? Uri.UnescapeDataString(path[prefix.Length..]) : null;
            _left = LengthOf(text) - (bytes.Length - end - 4);
        }
        else if (_left <= 0)
        {
            _name = null;
        }
        else
        {
            _left -= bytes.Length;
        }

        // The request is held back at its last bytes, so that nothing of it is missing when they come late.
        if (_name is { } name && _left <= 0 && points.Catch(silo, name, isAnswer: false) is { } caught)
        {
            _answerIsLost = caught.LosesAnswer;
            await caught.Released.WaitAsync(ct);
        }

        return true;
    }

    public async Task<bool> AnswerAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        if (_name is { } name && _left <= 0 && !bytes.Span.StartsWith("HTTP/1.1 100"u8))
        {
            _name = null;
            if (points.Catch(silo, name, isAnswer: true) is { } caught)
            {
                _answerIsLost |= caught.LosesAnswer;
                await caught.Released.WaitAsync(ct);
            }

            return !_answerIsLost;
        }

        return true;
    }

    private static long LengthOf(string head)
    {
        const string Name = "\r\nContent-Length: ";
        var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        var end = at < 0 ? -1 : head.IndexOf('\r', at + Name.Length);
        return end < 0 ? 0 : long.Parse(head.AsSpan((at + Name.Length)..end), CultureInfo.InvariantCulture);
    }
}
