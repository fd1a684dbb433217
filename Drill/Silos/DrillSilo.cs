using System.Globalization;
using OrleansBatch.Drill.Faults;
using OrleansBatch.Drill.Hosts;
using OrleansBatch.Drill.Takeovers;

namespace OrleansBatch.Drill.Silos;

// The place of one silo: its host, its ports, its own way to the database, and one process after the other.
// Each process has a name of its own, so that the server shows whose connections are whose.
internal sealed class DrillSilo(int number, FaultProxy proxy, SiloPlace place, Timeline timeline, ChildGuard guard) : IAsyncDisposable
{
    private static readonly TimeSpan _lookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _readyWithin = TimeSpan.FromSeconds(120);

    // No proxy of the environment leads to a host of a drill.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };

    private readonly List<SiloProcess> _processes = [];
    private SiloProcess? _current;
    private int _disturbed;
    private int _witnesses;
    private volatile bool _isReplaced;

    public int Number => number;

    public FaultProxy Proxy => proxy;

    public NetworkHost Host => place.Host ?? throw new InvalidOperationException("The silo has no host of its own.");

    public SiloProcess Process => _current ?? throw new InvalidOperationException("The silo was never started.");

    public string Name => Process.Name;

    public IReadOnlyList<SiloProcess> Processes => _processes;

    // No fault is on the silo, and the silo has served since the last fault.
    public bool IsHealthy => Volatile.Read(ref _disturbed) == 0;

    // This silo is to make a takeover that is measured, and is left alone meanwhile.
    public bool IsWitness => Volatile.Read(ref _witnesses) > 0;

    public async Task WitnessAsync(Task fault)
    {
        Interlocked.Increment(ref _witnesses);
        await fault.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Decrement(ref _witnesses);
    }

    // From now on this version is started here, and none of an earlier one.
    public void Replace() => _isReplaced = true;

    public Disturbed Disturb() => new(this, timeline.Begin(number));

    // Starts are repeated until the silo serves, because a start may meet a database that is away.
    // A silo that never serves is found not ready at the end.
    public async Task StartAsync(IReadOnlyDictionary<string, string> extra, CancellationToken ct)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(begun) < _readyWithin)
        {
            ct.ThrowIfCancellationRequested();
            var name = string.Create(CultureInfo.InvariantCulture, $"silo-{number}.{_processes.Count + 1}");
            var earlier = _isReplaced ? null : place.Options.Previous;
            var start = SiloProgram.Serve(
                earlier ?? place.Options.Program, place.Directory, place.Variables(name, extra), place.Enter,
                [.. place.Arguments(proxy.Port)]);
            var process = SiloProcess.Start(name, start, earlier is not null);
            _processes.Add(process);
            guard.Watch(process.Kill);
            Volatile.Write(ref _current, process);
            if (await process.IsServingAsync(ct))
            {
                await WaitUntilReadyAsync(ct);
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), ct);
        }
    }

    public async Task WaitUntilReadyAsync(CancellationToken ct)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync("ready", ct) && TimeProvider.System.GetElapsedTime(start) < _readyWithin)
        {
            await Task.Delay(_lookEvery, ct);
        }
    }

    public async Task<bool> AnswersAsync(string check, CancellationToken ct)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{place.Http}/health/{check}"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await proxy.DisposeAsync();
        _http.Dispose();
    }

    // While this is held, the silo takes part in no promise about survivors, and no other fault is begun on the silo.
    internal sealed class Disturbed : IDisposable
    {
        private readonly DrillSilo _silo;
        private readonly Disturbance _disturbance;

        public Disturbed(DrillSilo silo, Disturbance disturbance)
        {
            (_silo, _disturbance) = (silo, disturbance);
            Interlocked.Increment(ref silo._disturbed);
        }

        public DateTimeOffset Since => _disturbance.From;

        public void Dispose()
        {
            _disturbance.Dispose();
            Interlocked.Decrement(ref _silo._disturbed);
        }
    }
}
