using System.Text.Json;

namespace OrleansBatch.Tests.Support;

// The program in the hands of an operator of one database, in a directory of its own.
public sealed class OperatorCli(QueueDatabase database) : IDisposable
{
    private readonly TempDirectory _directory = new();

    // The environment of the program, beside the connection.
    public Dictionary<string, string> Environment { get; } = [];

    public Task<CliResult> RunAsync(params string[] arguments) =>
        Cli.RunAsync(_directory.Path, Environment, ["--connection", database.ConnectionString, .. arguments]);

    public async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        var result = await RunAsync(arguments);
        Assert.True(
            exitCode == result.ExitCode,
            $"{string.Join(' ', arguments)}: expected exit code {exitCode}, got {result.ExitCode}.\n{result.Output}\n{result.Error}");
        Assert.DoesNotContain("   at ", result.Output + result.Error, StringComparison.Ordinal);
        return exitCode == 0 ? result.Output : result.Output + result.Error;
    }

    public async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        try
        {
            return Parse(result.Output);
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException(
                $"{string.Join(' ', arguments)} --json: exit code {result.ExitCode}, no JSON ({e.Message}).\n"
                    + $"output: {result.Output}\nerror: {result.Error}",
                e);
        }
    }

    // The doctor's findings, by code.
    public async Task<List<JsonElement>> DoctorAsync(string code) =>
        [.. (await JsonAsync("doctor")).EnumerateArray().Where(f => f.Text("code") == code)];

    // A shell reads the line as it stands in the documentation or in a finding.
    public async Task<CliResult> ShellAsync(string line)
    {
        var words = await ShellWords.OfAsync(line);
        Assert.Equal("orleansbatch", words[0].TrimStart('.', '/'));
        return await RunAsync([.. words.Skip(1)]);
    }

    public void Dispose() => _directory.Dispose();

    private static JsonElement Parse(string output)
    {
        using var document = JsonDocument.Parse(output);
        return document.RootElement.Clone();
    }
}
