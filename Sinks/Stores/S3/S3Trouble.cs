using System.Net;
using System.Security.Authentication;

using Amazon.Runtime;
using Amazon.S3;

namespace OrleansBatch.Sinks.Stores.S3;

// Tells the errors of S3 apart. The SDK's own messages may repeat keys and tokens, so none of them is passed on.
internal static class S3Trouble
{
    private static readonly string[] _full =
    [
        "QuotaExceeded", "XMinioStorageFull", "XMinioStorageQuotaExceeded", "InsufficientStorage", "InsufficientCapacity", "StorageFull",
        "EntityQuotaExceeded", "ServiceQuotaExceeded", "AllAccessDisabledByQuota",
    ];

    private static readonly string[] _expired =
        ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken", "RequestExpired"];

    private static readonly string[] _wrong = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidClientTokenId"];

    private static readonly string[] _passing =
    [
        "SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable", "OperationAborted", "ConditionalRequestConflict", "Throttling",
        "ThrottlingException", "RequestLimitExceeded", "TooManyRequests", "BandwidthLimitExceeded", "RequestThrottled",
    ];

    // An answer of the store that the object is not there. A missing bucket is another matter.
    public static bool IsMissing(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

    // Whether the store has certainly not done what was asked. Half an answer, none, or one from in between proves nothing.
    public static bool IsDefinite(Exception error) =>
        error is AmazonServiceException { StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError } refused
        && refused.ErrorCode != "RequestTimeout";

    public static bool IsOfCredentials(Exception error) =>
        error is AmazonServiceException answer && (_expired.Contains(answer.ErrorCode) || _wrong.Contains(answer.ErrorCode));

    // Credentials are read anew for the next attempt.
    public static bool IsWorthAnotherAttempt(Exception error) =>
        IsOfCredentials(error) || Of(error, string.Empty).Trouble == StoreTrouble.Passing;

    public static StoreException Of(Exception error, string address) => error switch
    {
        StoreException known => known,
        AmazonServiceException { StatusCode: not 0 } answer => Answered(answer, address),
        _ when Inner(error).OfType<AuthenticationException>().Any() => Say(
            StoreTrouble.Unwritable, $"{address}: the service's certificate is not trusted here; install its authority on this host."),
        _ when Inner(error).Any(e => e is HttpRequestException or IOException or OperationCanceledException or TimeoutException
            or System.Net.Sockets.SocketException) => Say(
            StoreTrouble.Passing,
            $"{address} can't be reached, or gave no answer in time ({error.GetType().Name}); check network, endpoint and service."),
        AmazonClientException => Say(
            StoreTrouble.Unwritable,
            $"{address} can't be used: there are no credentials or no region. "
            + "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or a role for this host, and AWS_REGION."),
        _ => Say(StoreTrouble.Passing, $"{address} can't be used at this moment ({error.GetType().Name})."),
    };

    private static StoreException Answered(AmazonServiceException answer, string address)
    {
        var code = CodeOf(answer);
        return answer switch
        {
            _ when _full.Contains(answer.ErrorCode) || answer.StatusCode == HttpStatusCode.InsufficientStorage => Say(
                StoreTrouble.NoSpace, $"{address} has no room left ({code}); make room there, or have the quota raised."),
            _ when _expired.Contains(answer.ErrorCode) => Say(
                StoreTrouble.Unwritable,
                $"{address} says that the credentials have expired ({code}); renew them. New ones are taken by themselves."),
            _ when IsPassing(answer) => Say(
                StoreTrouble.Passing, $"{address} is slow, throttles or has trouble of its own ({code})."),
            { ErrorCode: "NoSuchBucket" } => Say(
                StoreTrouble.Unwritable, $"{address} has no such bucket; make the bucket, or mend the address."),
            { ErrorCode: "RequestTimeTooSkewed" } => Say(
                StoreTrouble.Unwritable, $"{address} says that this host's clock is wrong; set the clock by NTP."),
            { ErrorCode: "AuthorizationHeaderMalformed" or "PermanentRedirect" or "TemporaryRedirect" or "IllegalLocationConstraint" }
                => Say(StoreTrouble.Unwritable, $"{address} lies in another region ({code}); set AWS_REGION to the bucket's."),
            { StatusCode: HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized } => Say(
                StoreTrouble.Unwritable,
                $"{address} refuses this silo ({code}); grant it ListBucket, GetObject, PutObject and DeleteObject there, "
                + "or mend its credentials."),
            { StatusCode: HttpStatusCode.NotImplemented } => Say(
                StoreTrouble.Unfit, $"{address} does not know a call that is needed ({code}); use a store with conditional writes."),
            _ => Say(StoreTrouble.Other, $"{address} has refused a call ({code})."),
        };
    }

    private static bool IsPassing(AmazonServiceException answer) => _passing.Contains(answer.ErrorCode)
        || answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
        || answer.StatusCode >= HttpStatusCode.InternalServerError && answer.StatusCode != HttpStatusCode.NotImplemented;

    // The code comes from the store: letters and digits only, lest it holds anything else.
    private static string CodeOf(AmazonServiceException answer)
    {
        var code = string.Concat((answer.ErrorCode ?? string.Empty).Where(char.IsAsciiLetterOrDigit).Take(60));
        return code.Length == 0 ? $"HTTP {(int)answer.StatusCode}" : $"HTTP {(int)answer.StatusCode}, {code}";
    }

    private static IEnumerable<Exception> Inner(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            yield return error;
        }
    }

    private static StoreException Say(StoreTrouble trouble, string message) => new(message, trouble);
}
