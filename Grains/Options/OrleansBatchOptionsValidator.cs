using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace OrleansBatch.Grains.Options;

/// <summary>Refuses times that contradict each other, before the silo takes any lock.</summary>
internal sealed class OrleansBatchOptionsValidator : IValidateOptions<OrleansBatchOptions>
{
    public ValidateOptionsResult Validate(string? name, OrleansBatchOptions options)
    {
        var found = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), found, validateAllProperties: true);
        var errors = found.ConvertAll(f => f.ErrorMessage!);
        if (options.StatementTimeout < TimeSpan.FromMilliseconds(100) || options.IdleTimeout < TimeSpan.FromMilliseconds(100))
        {
            errors.Add("StatementTimeout and IdleTimeout must be 100 ms or more.");
        }

        // A beat that is sent at the last moment must still be answered before the server would end the session.
        if (options.HeartbeatPeriod <= TimeSpan.Zero || options.HeartbeatPeriod * 2 >= options.IdleTimeout)
        {
            errors.Add($"HeartbeatPeriod ({options.HeartbeatPeriod}) must be less than half of IdleTimeout ({options.IdleTimeout}).");
        }

        if (options.PollPeriod <= TimeSpan.Zero || options.PollPeriod > TimeSpan.FromSeconds(1))
        {
            errors.Add($"PollPeriod ({options.PollPeriod}) must be more than 0 and at most 1 second.");
        }

        if (options.BackoffBase < TimeSpan.Zero || options.BackoffCap < options.BackoffBase)
        {
            errors.Add($"BackoffCap ({options.BackoffCap}) must be at least BackoffBase ({options.BackoffBase}).");
        }

        if (options.SweepPeriod <= TimeSpan.Zero || options.StuckBatchAfter <= TimeSpan.Zero || options.DrainTimeout < TimeSpan.Zero)
        {
            errors.Add("SweepPeriod and StuckBatchAfter must be more than 0, DrainTimeout 0 or more.");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
