using System.Collections.Concurrent;

using OrleansBatch.Sinks.Engine;

namespace OrleansBatch.Sinks.Delta.Files;

// DuckDB instances for the batches that are under way. One that is free serves the next group, because to make one takes milliseconds.
// An instance may reach the lake, the batches and its own spill directory, and nothing else.
internal sealed class DuckDbSessions(DeltaSinkOptions options, IEnumerable<string> readable, string scratch) : IDisposable
{
    private readonly ConcurrentBag<Lease> _free = [];
    private readonly string[] _readable = [.. readable];
    private bool _isDisposed;

    public Lease Rent() => _free.TryTake(out var lease) ? lease : Make();

    public void Dispose()
    {
        _isDisposed = true;
        while (_free.TryTake(out var lease))
        {
            lease.End();
        }
    }

    private Lease Make()
    {
        var spill = Path.Combine(scratch, $"spill-{Guid.NewGuid():N}");
        var session = new DuckDbSession(options.MemoryLimitMegabytes, options.Threads);
        try
        {
            LockDown(session, spill);
            return new Lease(this, session, spill);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    // Moments are read and written in UTC, whatever the host's time zone is.
    private void LockDown(DuckDbSession session, string spill)
    {
        var directories = _readable.Append(spill).Select(d => SqlText.Literal(d.TrimEnd('/') + "/"));
        session.Execute(SqlText.Of($"SET TimeZone = 'UTC'"));
        session.Execute(SqlText.Of($"SET temp_directory = {SqlText.Literal(spill)}"));
        session.Execute(SqlText.Of($"SET max_temp_directory_size = {SqlText.Literal($"{options.MaxSpillMegabytes}MB")}"));
        session.Execute(SqlText.Of($"SET allowed_directories = [{SqlText.Join(", ", directories)}]"));
        session.Execute(SqlText.Of($"SET enable_external_access = false"));
        session.Execute(SqlText.Of($"SET lock_configuration = true"));
    }

    // An instance in use. One that met an error is not used again.
    internal sealed class Lease(DuckDbSessions owner, DuckDbSession session, string spill) : IDisposable
    {
        private bool _isSound;

        public DuckDbSession Session => session;

        public Input.LastDescription Description { get; } = new();

        // Called once everything went well.
        public void Keep() => _isSound = true;

        public void Dispose()
        {
            if (!_isSound || owner._isDisposed)
            {
                End();
                return;
            }

            _isSound = false;
            owner._free.Add(this);
        }

        public void End()
        {
            session.Dispose();
            if (Directory.Exists(spill))
            {
                Directory.Delete(spill, recursive: true);
            }
        }
    }
}
