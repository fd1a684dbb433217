namespace OrleansBatch.Sinks.Stores.S3;

// s3://bucket/prefix. A name and password before the bucket are refused, and not repeated.
internal sealed record S3Address(string Bucket, string Prefix)
{
    public const string Scheme = "s3://";

    public static bool IsOne(string address) => address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    public static S3Address Parse(string address)
    {
        if (!IsOne(address))
        {
            throw Refused("does not begin with s3://");
        }

        var rest = address[Scheme.Length..];
        var bucket = rest.Split('/')[0];
        if (bucket.Contains('@', StringComparison.Ordinal))
        {
            throw Refused("has a name or password in it; give credentials by the environment or a profile");
        }

        if (bucket.Length is < 3 or > 63 || !bucket.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            throw Refused("has no bucket's name: 3 to 63 letters, digits, dots and hyphens");
        }

        var prefix = rest[bucket.Length..].Trim('/');
        if (prefix.Length > 0)
        {
            StoreName.Check(prefix);
        }

        return new S3Address(bucket, prefix);
    }

    public string KeyOf(string name) => StoreName.Join(Prefix, name);

    public override string ToString() => Prefix.Length == 0 ? $"{Scheme}{Bucket}" : $"{Scheme}{Bucket}/{Prefix}";

    private static StoreException Refused(string why) =>
        new($"The address of an S3 store {why}; write s3://bucket/prefix.", StoreTrouble.Unwritable);
}
