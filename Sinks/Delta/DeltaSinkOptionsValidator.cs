using Microsoft.Extensions.Options;

using OrleansBatch.Sinks.Input;

namespace OrleansBatch.Sinks.Delta;

internal sealed class DeltaSinkOptionsValidator : IValidateOptions<DeltaSinkOptions>
{
    // Guards against a limit that was given in another unit. Wide rows need more than this.
    private const int LeastMegabytes = 64;

    public ValidateOptionsResult Validate(string? name, DeltaSinkOptions options)
    {
        var errors = new List<string>();
        Require(!string.IsNullOrWhiteSpace(options.Lake), "set Lake to a directory or to s3://bucket/prefix.");
        Require(!options.InputRoots.Any(string.IsNullOrWhiteSpace), "remove the empty entry from InputRoots.");
        RequireLeast(LeastMegabytes, options.MemoryLimitMegabytes, nameof(options.MemoryLimitMegabytes));
        RequireLeast(1, options.Threads, nameof(options.Threads));
        RequireLeast(1, options.TargetFileMegabytes, nameof(options.TargetFileMegabytes));
        Require(options.OptimizeFrom is 0 or > 1, $"OptimizeFrom is {options.OptimizeFrom}; set it to 2 or more, or to 0 for never.");
        Require(options.VacuumAge >= TimeSpan.FromHours(1), "VacuumAge must be an hour or longer.");
        RequireLeast(1, options.ScratchMegabytes, nameof(options.ScratchMegabytes));
        Require(!string.IsNullOrWhiteSpace(options.ScratchDirectory), "set ScratchDirectory to a directory.");
        Require(InputRoots.FaultIn(options) is null, $"InputRoots: {InputRoots.FaultIn(options)}");
        RequireLeast(1, options.CheckpointInterval, nameof(options.CheckpointInterval));
        RequireLeast(1, options.LargestWindow ?? 1, nameof(options.LargestWindow));
        RequireLeast(1, options.MaxRows, nameof(options.MaxRows));
        RequireLeast(1, options.MaxDecodedMegabytes, nameof(options.MaxDecodedMegabytes));
        RequireLeast(1, options.MaxSpillMegabytes, nameof(options.MaxSpillMegabytes));
        Require(options.TransactionRetention >= TimeSpan.FromDays(1), "TransactionRetention must be a day or longer.");
        Require(options.LongestCommit is null || options.LongestCommit > TimeSpan.Zero, "LongestCommit must be longer than zero.");
        Require(options.NotReadyRetry > TimeSpan.Zero, "NotReadyRetry must be longer than zero.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);

        void Require(bool holds, string error)
        {
            if (!holds)
            {
                errors.Add($"Delta sink: {error}");
            }
        }

        void RequireLeast(long least, long value, string setting) =>
            Require(value >= least, $"{setting} is {value}; set it to {least} or more.");
    }
}
