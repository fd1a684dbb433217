using System.Collections.Concurrent;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Input;

// What the reasons of every sink to wait have in common. No reason loses anything: the batches stay in the queue.
internal abstract class WaitReasons(TimeSpan retry)
{
    protected const string Waits = "Nothing is lost: the group's batches wait until this is settled.";

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<GroupKey, int> _failures = new();

    public SinkNotReadyException Forbidden(string path, Exception error) => Because(
        $"{path} can't be read by the account that the silo runs under; grant it access. {Waits}", error);

    // Lasting trouble is tried less and less often, until the group writes again.
    public void Worked(GroupKey group) => _failures.TryRemove(group, out _);

    protected SinkNotReadyException Later(GroupKey group, string message, Exception error, string code)
    {
        var failures = _failures.AddOrUpdate(group, 1, (_, before) => before + 1);
        var wait = retry * Math.Pow(2, Math.Min(failures - 1, 16));
        return Because(message, error, code, wait < _longest ? wait : retry > _longest ? retry : _longest);
    }

    protected SinkNotReadyException Because(
        string message, Exception? error = null, string code = NotReadyCode.Other, TimeSpan? wait = null) =>
        new(message, wait ?? retry, error) { Code = code, Detail = error is null ? null : DuckDbError.FirstLine(error) };
}
