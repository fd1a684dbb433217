using System.Diagnostics;

namespace OrleansBatch.Tests.Support;

// Splits a line into words as a shell does.
public static class ShellWords
{
    public static async Task<string[]> OfAsync(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"printf '%s\\0' {line}"]) { RedirectStandardOutput = true })!;
        var words = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, shell.ExitCode);
        return words.TrimEnd('\0').Split('\0');
    }
}
