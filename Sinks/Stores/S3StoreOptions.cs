using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace OrleansBatch.Sinks.Stores;

/// <summary>Settings of S3 stores. What is null comes from the standard AWS environment and profile; so do the credentials.</summary>
public sealed class S3StoreOptions
{
    /// <summary>Gets or sets the URL of the service. Default: null, for AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or AWS itself.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// Gets or sets the region. Default: null, for AWS_REGION, AWS_DEFAULT_REGION, the profile, or us-east-1 at an endpoint.
    /// </summary>
    public string? Region { get; set; }

    /// <summary>
    /// Gets or sets whether the bucket stands in the path and not in the host's name. Default: null, for true at an endpoint of one's own.
    /// </summary>
    public bool? PathStyle { get; set; }

    /// <summary>Gets or sets how long one attempt may be without an answer or without new bytes. Default: 30 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how often a call is tried before the store counts as out of reach, 1 or more. Default: 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Gets or sets the clock of pauses and timeouts. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    // Where a test's credentials come from. The default is the standard chain, whose roles and sessions renew themselves.
    internal Func<IClientConfig, AWSCredentials> Credentials { get; set; } =
        config => new DefaultAWSCredentialsIdentityResolver().ResolveIdentity(config);
}
