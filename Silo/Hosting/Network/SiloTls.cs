using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OrleansBatch.Silo.Hosting.Network;

/// <summary>
/// Has silos and clients prove that they belong to the cluster: each shows a certificate that the cluster's authority has signed. Names
/// in certificates are not compared, because silos find each other by addresses that the database lists.
/// </summary>
internal static class SiloTls
{
    // The handshake needs a name. No certificate is searched for it.
    private const string PeerName = "orleans-batch";

    /// <summary>Encrypts the ports of the silo; without files they stay plain.</summary>
    /// <exception cref="StartupException">A file is missing or can't be read.</exception>
    public static void UseTls(this ISiloBuilder silo, SiloTlsOptions files)
    {
        string?[] named = [files.CertificateFile, files.KeyFile, files.AuthorityFile];
        if (named.All(string.IsNullOrEmpty))
        {
            return;
        }

        if (named.Any(string.IsNullOrEmpty))
        {
            throw new StartupException(
                "TLS between silos needs all of OrleansBatch__Tls__CertificateFile, __KeyFile and __AuthorityFile.", ExitCodes.BadInput);
        }

        var authority = Read(files.AuthorityFile!, ReadAuthority);
        var certificate = Read(files.CertificateFile!, file => X509Certificate2.CreateFromPemFile(file, files.KeyFile));
        silo.UseTls(certificate, tls =>
        {
            tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (peer, _, _) => IsSigned(peer, authority);
            tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = PeerName;
        });
    }

    private static bool IsSigned(X509Certificate2 peer, X509Certificate2Collection authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(peer);
    }

    private static X509Certificate2Collection ReadAuthority(string file)
    {
        var authority = new X509Certificate2Collection();
        authority.ImportFromPemFile(file);
        return authority.Count > 0 ? authority : throw new CryptographicException("The file holds no certificate.");
    }

    private static T Read<T>(string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new StartupException(
                $"The certificate in {file} can't be read: {e.Message} Name PEM files with OrleansBatch__Tls__CertificateFile, __KeyFile "
                + "and __AuthorityFile.",
                ExitCodes.BadInput, e);
        }
    }
}
