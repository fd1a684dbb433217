using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// Ceph's S3, the store of the tests that keeps its promises. One serves the whole run, from the first test that wants it.
internal static class RadosGateway
{
    private static readonly string[] _programs = ["radosgw", "radosgw-admin", "ceph", "ceph-mon", "ceph-osd"];

    private static readonly Lazy<Task<S3Server>> _ofTheRun = new(StartAsync);

    public static Task<S3Server> OfTheRunAsync() => _ofTheRun.Value;

    private static Task<S3Server> StartAsync()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")!.Split(':');
        foreach (var program in _programs)
        {
            Assert.True(
                folders.Any(folder => File.Exists(Path.Combine(folder, program))),
                $"{program} is missing: ./test installs it where it may, or run apt-get install radosgw ceph-mon ceph-osd.");
        }

        var (port, monitor) = (S3Server.FreePort(), S3Server.FreePort());
        var directory = Directory.CreateTempSubdirectory("orleansbatch-tests-s3-").FullName;
        return S3Server.StartAsync(
            new ProcessStartInfo(Repository.PathOf("build/radosgw"), [directory, $"{port}", $"{monitor}"]),
            new Uri($"http://127.0.0.1:{port}"), "tester", "testersecret");
    }
}
