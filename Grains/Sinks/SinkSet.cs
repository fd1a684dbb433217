using System.Collections.Frozen;
using OrleansBatch.Grains.Interfaces.Sinks;

namespace OrleansBatch.Grains.Sinks;

/// <summary>The sinks this silo serves, by name and by number. Filled once, before the poller starts.</summary>
internal sealed class SinkSet
{
    private FrozenDictionary<string, ServedSink> _byName = FrozenDictionary<string, ServedSink>.Empty;
    private FrozenDictionary<short, ServedSink> _byId = FrozenDictionary<short, ServedSink>.Empty;

    public short[] Ids { get; private set; } = [];

    public ServedSink this[string name] => _byName[name];

    public ServedSink this[short id] => _byId[id];

    public void Fill(IReadOnlyCollection<ServedSink> sinks)
    {
        _byName = sinks.ToFrozenDictionary(s => s.Name);
        _byId = sinks.ToFrozenDictionary(s => s.Id);
        Ids = [.. sinks.Select(s => s.Id)];
    }
}

/// <summary>A sink with its number in the database.</summary>
internal sealed record ServedSink(short Id, string Name, IBatchSink Sink);
