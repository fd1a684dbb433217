using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// An S3 that takes a conditional put for a plain one, and so is a store to refuse.
internal static class S3Rver
{
    private static readonly Lazy<Task<S3Server>> _ofTheRun = new(StartAsync);

    public static Task<S3Server> OfTheRunAsync() => _ofTheRun.Value;

    private static Task<S3Server> StartAsync()
    {
        var package = Path.GetDirectoryName(TestTools.PathOf("node_modules/s3rver/package.json"))!;
        var port = S3Server.FreePort();
        var directory = Directory.CreateTempSubdirectory("orleansbatch-tests-s3rver-").FullName;
        var script = $$"""
            const S3rver = require({{Text(package)}});
            const options = { port: {{port}}, address: '127.0.0.1', silent: true, directory: {{Text(directory)}} };
            new S3rver(options).run(() => console.log('ready'));
            process.stdin.resume().on('end', () => { require('fs').rmSync(options.directory, { recursive: true }); process.exit(); });
            """;
        return S3Server.StartAsync(
            new ProcessStartInfo("node", ["-e", script]), new Uri($"http://127.0.0.1:{port}"), "S3RVER", "S3RVER");
    }

    private static string Text(string path) => System.Text.Json.JsonSerializer.Serialize(path);
}
