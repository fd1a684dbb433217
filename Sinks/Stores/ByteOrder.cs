namespace OrleansBatch.Sinks.Stores;

// Compares names as their UTF-8 bytes compare, which is S3's order.
// UTF-16 sorts letters beyond the 65,536th before some of those below.
internal sealed class ByteOrder : IComparer<string>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x?.Length || common == y?.Length
            ? (x?.Length ?? 0).CompareTo(y?.Length ?? 0)
            : Rank(x![common]).CompareTo(Rank(y![common]));
    }

    private static int Rank(char letter) => letter < 0xD800 ? letter : letter >= 0xE000 ? letter - 0x800 : letter + 0x2000;
}
