using System.Collections.Concurrent;
using Npgsql;
using OrleansBatch.Grains.Interfaces;

namespace OrleansBatch.Drill.Lakes;

// Sees names appear in a lake's directory, and acts at once on the process whose group that is.
internal sealed class DirectoryPoints : IAsyncDisposable
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(100);

    private readonly string _path;
    private readonly DrillDatabase _database;
    private readonly FileSystemWatcher _watcher;
    private readonly ConcurrentDictionary<Guid, Armed> _armed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _looking;
    private volatile Dictionary<GroupKey, string> _owners = [];

    public DirectoryPoints(string path, DrillDatabase database)
    {
        (_path, _database) = (path, database);
        _watcher = new FileSystemWatcher(path)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName,
            InternalBufferSize = 64 * 1024,
        };
        _watcher.Created += (_, e) => See(e.FullPath);
        _watcher.EnableRaisingEvents = true;
        _looking = LookAsync();
    }

    public async Task<PointHit> TrapAsync(Trap trap, CancellationToken ct)
    {
        var (id, armed) = (Guid.NewGuid(), new Armed(trap));
        _armed[id] = armed;
        try
        {
            return await armed.Hit.Task.WaitAsync(ct);
        }
        finally
        {
            _armed.TryRemove(id, out _);

            // The act may have come at the last moment.
            armed.Disarm();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _watcher.Dispose();
        await _stop.CancelAsync();
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void See(string path)
    {
        if (_armed.IsEmpty || LakeNames.Split(Path.GetRelativePath(_path, path)) is not var (group, name)
            || !_owners.TryGetValue(group, out var owner))
        {
            return;
        }

        foreach (var armed in _armed.Values)
        {
            if (armed.Trap.Process.Name == owner && armed.Fits(group, name))
            {
                armed.Act(new PointHit(group, name));
            }
        }
    }

    // Whose group a name belongs to must be known before the name appears: asking takes longer than a commit.
    private async Task LookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            if (!_armed.IsEmpty)
            {
                try
                {
                    _owners = (await _database.Observer.ReadAsync(
                        "drill_owners", r => (Group: new GroupKey(r.GetInt64(0), r.GetString(1)), Owner: r.GetString(2)), _stop.Token))
                        .ToDictionary(o => o.Group, o => o.Owner);
                }
                catch (NpgsqlException)
                {
                    // The database is away.
                }
            }

            await Task.Delay(_lookEvery, _stop.Token);
        }
    }

    private sealed class Armed(Trap trap)
    {
        // A checkpoint and the hint to it.
        private const int PutsOfCheckpoint = 2;

        private readonly ConcurrentDictionary<GroupKey, int> _checkpointPuts = new();
        private int _acted;

        public Trap Trap => trap;

        public TaskCompletionSource<PointHit> Hit { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Fits(GroupKey group, string name)
        {
            if (LakeNames.VersionOf(name) is { } version)
            {
                _checkpointPuts[group] = version > 0 && version % LakeSettings.CheckpointInterval == 0 ? PutsOfCheckpoint : 0;
            }

            if (!LakeNames.IsTemporary(name))
            {
                return trap.Point == CommitPoint.Data
                    ? LakeNames.IsData(name)
                    : trap.Point == CommitPoint.Cursor && LakeNames.IsCommit(name);
            }

            var isCheckpoint = _checkpointPuts.AddOrUpdate(group, -1, (_, left) => left - 1) >= 0;
            return trap.Point == (isCheckpoint ? CommitPoint.Checkpoint : CommitPoint.Put);
        }

        public void Act(PointHit hit)
        {
            if (Interlocked.Exchange(ref _acted, 1) == 0)
            {
                trap.Act();
                Hit.TrySetResult(hit);
            }
        }

        public void Disarm() => Interlocked.Exchange(ref _acted, 1);
    }
}
