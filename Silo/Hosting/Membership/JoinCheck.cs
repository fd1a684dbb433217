using System.Net;
using Npgsql;

namespace OrleansBatch.Silo.Hosting.Membership;

/// <summary>
/// Keeps a silo out of a cluster that it would harm, or that would end it: one that uses another's name or address, or that does not
/// reach the others.
/// </summary>
/// <param name="connectionString">The database.</param>
/// <param name="own">The silo that wants to join.</param>
/// <param name="say">Is told what the silo waits for, once for each reason.</param>
/// <param name="time">The clock of the patience.</param>
internal sealed class JoinCheck(string connectionString, LiveMember own, Action<string> say, TimeProvider time)
{
    // A host that lost its power counts as running until its sessions were silent for 20 s, and may be back before that.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    /// <summary>Returns once the silo may join, with the right to start at its address.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StartupException">The silo may not join; the message says why and what to do.</exception>
    public async Task<StartLock> RunAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "orleans-batch-start",
            MaxPoolSize = 1,
        });
        var begun = time.GetTimestamp();
        for (var said = ""; ;)
        {
            var start = await StartLock.TryTakeAsync(connectionString, $"{own.EndPoint}", cancellationToken);
            var problem = start is null
                ? $"Another silo starts at {own.EndPoint} at this moment: name another address with --address, or another port with "
                    + "--silo-port."
                : await FindProblemAsync(source, cancellationToken);
            if (start is not null && problem is null)
            {
                return start;
            }

            await (start?.DisposeAsync() ?? ValueTask.CompletedTask);
            if (time.GetElapsedTime(begun) > _patience)
            {
                throw new StartupException(problem!, ExitCodes.Restart);
            }

            if (problem != said)
            {
                say($"{problem} Trying for {_patience.TotalSeconds:0} s.");
                said = problem;
            }

            await Task.Delay(_pause, time, cancellationToken);
        }
    }

    /// <summary>Returns what two silos may not have in common, or must; null when they get along.</summary>
    public string? ProblemWith(LiveMember member) =>
        member.Silo == own.Silo
            ? $"A silo named {own.Silo} runs already, on host {member.Host} at {member.EndPoint}: stop that one, or give this one another "
                + "name with OrleansBatch__SiloName."
        : member.EndPoint.Equals(own.EndPoint)
            ? $"{member} has the address {own.EndPoint} already: stop that one, or name another address with --address, or another port "
                + "with --silo-port."
        : IPAddress.IsLoopback(member.EndPoint.Address) == IPAddress.IsLoopback(own.EndPoint.Address) ? null
        : IPAddress.IsLoopback(own.EndPoint.Address)
            ? $"{member} is reached at {member.EndPoint.Address}, and this silo at the loopback only, where no other host reaches it: name "
                + "this host's address with --address."
            : $"{member} is reached at the loopback only ({member.EndPoint}), where this silo can't reach it: start that one with "
                + "--address and the address of its host.";

    private async Task<string?> FindProblemAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        var members = await LiveMember.ListAsync(source, cancellationToken);
        if (members.Select(ProblemWith).FirstOrDefault(problem => problem is not null) is { } problem)
        {
            return problem;
        }

        var reached = await Task.WhenAll(members.Select(m => Reach.TryAsync(m.EndPoint, cancellationToken)));
        var unreached = members.Where((_, i) => !reached[i]).ToList();
        await new UnreachedRecord(source, own.Silo).WriteAsync(unreached, cancellationToken);
        return unreached.Count == 0 ? null
            : $"This host does not reach: {string.Join("; ", unreached.Select(m => $"{m} at {m.EndPoint}"))}. "
                + "Let the hosts through to each other's silo and gateway ports.";
    }
}
