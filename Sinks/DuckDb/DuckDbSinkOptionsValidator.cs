using Microsoft.Extensions.Options;

using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.DuckDb;

internal sealed class DuckDbSinkOptionsValidator : IValidateOptions<DuckDbSinkOptions>
{
    // Guards against a limit that was given in another unit. Wide rows need more than this.
    private const int LeastMegabytes = 64;

    public ValidateOptionsResult Validate(string? name, DuckDbSinkOptions options)
    {
        var errors = new List<string>();
        Require(errors, !string.IsNullOrWhiteSpace(options.LakeDirectory), "DuckDB sink: set LakeDirectory to a directory.");
        Require(errors, !options.InputRoots.Any(string.IsNullOrWhiteSpace), "DuckDB sink: remove the empty entry from InputRoots.");
        Require(
            errors,
            options.MemoryLimitMegabytes >= LeastMegabytes,
            $"DuckDB sink: MemoryLimitMegabytes is {options.MemoryLimitMegabytes}; set it to {LeastMegabytes} or more.");
        Require(errors, options.Threads >= 1, $"DuckDB sink: Threads is {options.Threads}; set it to 1 or more.");
        Require(errors, options.MaxRows >= 1, $"DuckDB sink: MaxRows is {options.MaxRows}; set it to 1 or more.");
        Require(
            errors, options.MaxDecodedMegabytes >= 1,
            $"DuckDB sink: MaxDecodedMegabytes is {options.MaxDecodedMegabytes}; set it to 1 or more.");
        Require(
            errors, options.MaxSpillMegabytes >= 1, $"DuckDB sink: MaxSpillMegabytes is {options.MaxSpillMegabytes}; set it to 1 or more.");
        Require(
            errors, options.ScratchMegabytes >= 1, $"DuckDB sink: ScratchMegabytes is {options.ScratchMegabytes}; set it to 1 or more.");
        Require(
            errors, !string.IsNullOrWhiteSpace(options.ScratchDirectory), "DuckDB sink: set ScratchDirectory to a directory.");
        Require(errors, options.NotReadyRetry > TimeSpan.Zero, "DuckDB sink: NotReadyRetry must be longer than zero.");
        if (errors.Count == 0 && InputRoots.FaultIn(options) is { } fault)
        {
            errors.Add($"DuckDB sink: InputRoots: {fault}");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Require(List<string> errors, bool holds, string error)
    {
        if (!holds)
        {
            errors.Add(error);
        }
    }
}
