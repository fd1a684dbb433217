using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace OrleansBatch.Silo.Health;

/// <summary>
/// Lets other hosts see nothing but health without the token, as <c>Authorization: Bearer TOKEN</c>. Programs of this host need none.
/// The file is read for each request, so that a new token counts at once.
/// </summary>
internal sealed class HttpGuard
{
    private const string Scheme = "Bearer ";

    private readonly string? _tokenFile;

    /// <exception cref="StartupException">The file can't be read, or is empty.</exception>
    public HttpGuard(string? tokenFile)
    {
        _tokenFile = string.IsNullOrWhiteSpace(tokenFile) ? null : tokenFile;
        if (_tokenFile is not null && ReadToken() is not { Length: > 0 })
        {
            throw new StartupException(
                $"The token file {_tokenFile} can't be read or is empty: write a token into it, or unset OrleansBatch__HttpTokenFile.",
                ExitCodes.BadInput);
        }
    }

    public void Use(IApplicationBuilder app) => app.Use(async (context, next) =>
    {
        if (IsAllowed(context))
        {
            await next(context);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await context.Response.WriteAsync(
            _tokenFile is null
                ? "Other hosts need a token here: start the silo with OrleansBatch__HttpTokenFile.\n"
                : "Show the token of OrleansBatch__HttpTokenFile as \"Authorization: Bearer TOKEN\".\n");
    });

    private bool IsAllowed(HttpContext context) =>
        (context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote))
        || (context.Request.Headers.Authorization.ToString() is var shown
            && shown.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && ReadToken() is { Length: > 0 } token
            && IsSame(shown[Scheme.Length..].Trim(), token));

    private static bool IsSame(string shown, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(token));

    private string? ReadToken()
    {
        try
        {
            return _tokenFile is null ? null : File.ReadAllText(_tokenFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
