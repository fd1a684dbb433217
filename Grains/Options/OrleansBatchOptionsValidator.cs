using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansBatch.Grains.Options;

/// <summary>Refuses settings out of bounds and times that contradict each other, before the silo takes any lock.</summary>
internal sealed class OrleansBatchOptionsValidator : IValidateOptions<OrleansBatchOptions>
{
    // What a timer takes: https://learn.microsoft.com/dotnet/api/system.threading.timer.change
    private static readonly TimeSpan _longestBatch = TimeSpan.FromDays(24);

    public ValidateOptionsResult Validate(string? name, OrleansBatchOptions options)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), found, validateAllProperties: true);
        var errors = found.ConvertAll(f => f.ErrorMessage!);
        errors.AddRange(LockLifetimeRules.Broken(options));
        if (options.PollPeriod <= TimeSpan.Zero || options.PollPeriod > TimeSpan.FromSeconds(1))
        {
            errors.Add($"PollPeriod ({options.PollPeriod}) must be more than 0 and at most 1 second.");
        }

        // Shorter, and a slow database would have the silo restarted.
        if (options.PollOverdueAfter < options.SlowestTurn)
        {
            errors.Add(
                $"PollOverdueAfter ({options.PollOverdueAfter}) must be at least ten times StatementTimeout ({options.StatementTimeout}) "
                + "plus 10 seconds, which a turn of a slow database may take.");
        }

        if (options.BackoffBase < TimeSpan.Zero || options.BackoffCap < options.BackoffBase)
        {
            errors.Add($"BackoffCap ({options.BackoffCap}) must be at least BackoffBase ({options.BackoffBase}).");
        }

        if (options.SweepPeriod <= TimeSpan.Zero || options.StrandedAfter <= TimeSpan.Zero || options.StuckBatchAfter <= TimeSpan.Zero
            || options.TimeSlice <= TimeSpan.Zero || options.DrainTimeout < TimeSpan.Zero)
        {
            errors.Add("SweepPeriod, StrandedAfter, StuckBatchAfter and TimeSlice must be more than 0, DrainTimeout 0 or more.");
        }

        if (options.RetainFor < TimeSpan.FromDays(1) || options.RetainHistoryFor < TimeSpan.FromDays(1))
        {
            errors.Add($"RetainFor ({options.RetainFor}) and RetainHistoryFor ({options.RetainHistoryFor}) must be at least 1 day.");
        }

        errors.AddRange(
            from limit in options.BatchTimeouts
            where limit.Value <= TimeSpan.Zero || limit.Value > _longestBatch
            select $"BatchTimeouts: the time-out of sink {limit.Key} ({limit.Value}) must be more than 0 and at most {_longestBatch}.");

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
