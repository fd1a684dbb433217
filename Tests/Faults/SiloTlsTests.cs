using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Faults;

// Silos with certificates of one authority form a cluster, and whoever lacks one is refused.
public sealed class SiloTlsTests(PostgresFixture postgres) : DatabaseTest(postgres), IDisposable
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _directory = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Silos_with_certificates_of_one_authority_join_and_a_client_without_one_is_refused()
    {
        using var certificates = new TestCertificates(_directory.Combine("ours"));
        using var others = new TestCertificates(_directory.Combine("others"));
        var ports = ServedSilo.NewPorts();
        using var first = await ServeAsync("first", ports, certificates);
        using var second = await ServeAsync("second", ServedSilo.NewPorts(), certificates);
        await Eventually.EqualsAsync(2L, ActiveAsync, _soon, "both silos are active");

        using var ours = certificates.OfClient();
        using var theirs = others.OfClient();
        foreach (var port in new[] { ports[1], ports[3] }.Select(p => int.Parse(p, CultureInfo.InvariantCulture)))
        {
            Assert.True(await IsServedAsync(port, ours));
            Assert.False(await IsServedAsync(port, theirs));
            Assert.False(await IsServedAsync(port, null));
        }
    }

    [Fact]
    public async Task A_certificate_without_its_key_or_a_file_that_is_none_is_said()
    {
        using var certificates = new TestCertificates(_directory.Path);
        var settings = certificates.SettingsOf("silo");
        settings["OrleansBatch__Tls__KeyFile"] = "";
        string[] serve = ["serve", "--connection", Database.ConnectionString, .. ServedSilo.NewPorts()];
        var incomplete = await Cli.RunAsync(_directory.Path, settings, serve);
        settings["OrleansBatch__Tls__KeyFile"] = certificates.AuthorityFile;
        var wrong = await Cli.RunAsync(_directory.Path, settings, serve);

        Assert.Contains("needs all of OrleansBatch__Tls__CertificateFile", incomplete.Error, StringComparison.Ordinal);
        Assert.Contains("can't be read", wrong.Error, StringComparison.Ordinal);
        Assert.Equal((2, 2), (incomplete.ExitCode, wrong.ExitCode));
    }

    private Task<ServedSilo> ServeAsync(string name, string[] ports, TestCertificates certificates) => ServedSilo.StartAsync(
        _directory.Path, Database.ConnectionString, name, ports, certificates.SettingsOf(name), "--sinks", "probe");

    private Task<long> ActiveAsync() => Database.ScalarAsync<long>("SELECT count(*) FROM orleans.orleansmembershiptable WHERE status = 3");

    // With TLS 1.3 a client learns only by reading that its certificate was refused.
    private static async Task<bool> IsServedAsync(int port, X509Certificate2? certificate)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Ct);
#pragma warning disable CA5359 // Whether the silo takes the client is the question here, and not the other way round.
        await using var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "any",
                    ClientCertificates = certificate is null ? [] : [certificate],
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                },
                Ct);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            limit.CancelAfter(TimeSpan.FromSeconds(2));
            return await stream.ReadAsync(new byte[1], limit.Token) > 0;
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            // Nothing was said, and the connection is open.
            return true;
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            return false;
        }
    }
}
