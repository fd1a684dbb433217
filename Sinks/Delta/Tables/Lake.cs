using System.Collections.Concurrent;

using DuckDB.NET.Data;

using OrleansBatch.Grains.Interfaces;
using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Delta.Files;
using OrleansBatch.Sinks.DeltaLog;
using OrleansBatch.Sinks.DeltaLog.Trouble;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Sinks.Delta.Tables;

// The tables of all groups, and what this silo needs to write them.
internal sealed class Lake : IDisposable
{
    private readonly ConcurrentDictionary<GroupKey, GroupTable> _open = new();
    private readonly DeltaLogOptions _logOptions;
    private readonly ScratchCache _copies;
    private readonly bool _isRemote;

    public Lake(DeltaSinkOptions options, TimeProvider time)
    {
        Options = options;
        Time = time;
        _isRemote = LakeStore.IsRemote(options);
        Scratch = LakeStore.ScratchOf(options);
        _copies = LakeStore.CopiesOf(options);
        Store = LakeStore.Open(options, _copies, time);
        Roots = new InputRoots(options, [options.Lake]);
        Check = new StoreCheck(Store, time);
        NotReady = new NotReady(options.NotReadyRetry);
        Sessions = new DuckDbSessions(options, [.. Roots.Directories, _isRemote ? Scratch : RealPath.Of(options.Lake)], Scratch);

        // Vacuum goes by what the log says of removed files.
        var kept = options.VacuumAge + TimeSpan.FromDays(1);
        _logOptions = new DeltaLogOptions
        {
            CheckpointInterval = options.CheckpointInterval,
            TombstoneRetention = kept > TimeSpan.FromDays(7) ? kept : TimeSpan.FromDays(7),
        };
    }

    public DeltaSinkOptions Options { get; }

    public TimeProvider Time { get; }

    public string Scratch { get; }

    public IObjectStore Store { get; }

    public StoreCheck Check { get; }

    public InputRoots Roots { get; }

    public NotReady NotReady { get; }

    public DuckDbSessions Sessions { get; }

    // A commit to S3 takes as long as many to a directory: each should bring more batches.
    public int LargestWindow => Options.LargestWindow ?? (_isRemote ? 256 : 64);

    public TimeSpan LongestCommit => Options.LongestCommit ?? TimeSpan.FromMilliseconds(_isRemote ? 1000 : 100);

    public GroupTable Open(GroupKey group) =>
        _open.GetOrAdd(group, g => new GroupTable(g, Store.Below(TablePath.Of(g)), _logOptions, Time));

    public void Close(GroupKey group) => _open.TryRemove(group, out _);

    // After any failure the next call reads the log anew. What happened is told in the words of the sink's contract.
    public async Task<T> GuardAsync<T>(GroupKey group, Func<Task<T>> call)
    {
        try
        {
            await Check.MakeUpAsync();
            var result = await call();
            NotReady.Worked(group);
            return result;
        }
        catch (Exception error)
        {
            Close(group);
            throw Explain(group, error) ?? error;
        }
    }

    public Task GuardAsync(GroupKey group, Func<Task> call) => GuardAsync(
        group,
        async () =>
        {
            await call();
            return true;
        });

    public void Dispose()
    {
        Sessions.Dispose();
        Roots.Dispose();
        _copies.Dispose();
    }

    private Exception? Explain(GroupKey group, Exception error) => error switch
    {
        StoreException e => NotReady.Of(group, e),
        DeltaLogException { Trouble: DeltaLogTrouble.NotSupported } e => new PermanentBatchException(e.Message, e),
        DeltaLogException { Trouble: DeltaLogTrouble.NoMemory } e => NotReady.NoMemory(group, Open(group).Store.Address, e),
        DeltaLogException e => NotReady.Unusable(group, e.Message, e),
        DuckDBException e => WriteTrouble.Of(e, group, this),
        _ => null,
    };
}
