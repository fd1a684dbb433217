using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace OrleansBatch.Sinks.Stores.S3;

// Makes the client of a store. Clients with equal settings share their connections.
internal static class S3Connection
{
    private const string AnyRegion = "us-east-1";

    public static AmazonS3Client Open(S3StoreOptions options)
    {
        var endpoint = EndpointOf(options);
        var region = options.Region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION");
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.PathStyle ?? endpoint is not null,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,

            // S3Calls tries again, and knows which attempts left it unknown whether an object was made.
            // The SDK repeats unseen what a dropped connection may have done: by default three times, whatever MaxErrorRetry says.
            MaxErrorRetry = 0,
            MaxStaleConnectionRetries = 0,
            ThrottleRetries = false,
            AllowAutoRedirect = false,
            ConnectTimeout = options.Timeout,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
        };
        if (endpoint is not null)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.AuthenticationRegion = region ?? AnyRegion;
        }
        else if (region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        // Taken once for a client. When the store does not accept them any more, a new client asks anew.
        return new AmazonS3Client(options.Credentials(config), config);
    }

    // A name and password in the URL would stand in the SDK's messages.
    public static Uri? EndpointOf(S3StoreOptions options)
    {
        var endpoint = options.Endpoint;
        if (endpoint is null && (Variable("AWS_ENDPOINT_URL_S3") ?? Variable("AWS_ENDPOINT_URL")) is { } given
            && !Uri.TryCreate(given, UriKind.Absolute, out endpoint))
        {
            throw Refused("is no URL");
        }

        return endpoint is null ? null
            : endpoint.Scheme is not ("http" or "https") ? throw Refused("does not begin with http:// or https://")
            : endpoint.UserInfo.Length > 0
                ? throw Refused("has a name or password in it; give credentials by AWS_ACCESS_KEY_ID and the like, or a profile")
            : endpoint;
    }

    private static StoreException Refused(string why) =>
        new($"The URL of the S3 service {why}: mend the setting or AWS_ENDPOINT_URL.", StoreTrouble.Unwritable);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
