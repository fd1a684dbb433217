using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansBatch.Tests.Support;

// An authority, and certificates that it signs, as PEM files of a directory.
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;
    private readonly string _directory;

    public TestCertificates(string directory)
    {
        _directory = directory;
        Directory.CreateDirectory(directory);
        var request = new CertificateRequest("CN=authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
    }

    public string AuthorityFile => Path.Combine(_directory, "authority.pem");

    // The settings of a silo with a certificate of its own.
    public Dictionary<string, string> SettingsOf(string silo)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(silo, key);
        var (file, keyFile) = (Path.Combine(_directory, $"{silo}.pem"), Path.Combine(_directory, $"{silo}.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return new Dictionary<string, string>
        {
            ["OrleansBatch__Tls__CertificateFile"] = file,
            ["OrleansBatch__Tls__KeyFile"] = keyFile,
            ["OrleansBatch__Tls__AuthorityFile"] = AuthorityFile,
        };
    }

    public X509Certificate2 OfClient()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign("client", key).CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(string name, ECDsa key) => new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256)
        .Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
}
