using System.Reflection;
using Microsoft.Extensions.Logging;
using OrleansBatch.Grains.Diagnostics;

namespace OrleansBatch.Tests.Unit.Architecture;

// Who searches a log for an id finds one kind of event.
public sealed class EventIdsTests
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly string[] _projects =
        ["Drill", "Embedded", "Grains", "Producer", "Silo", "Sinks.DuckDb", "Sinks.Engine", "Sinks.Input", "Sinks.Probe"];

    [Fact]
    public void Each_id_means_one_event_in_all_projects()
    {
        var doubles = _projects.SelectMany(EventsOf)
            .GroupBy(e => e.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Name))}");

        Assert.Empty(doubles);
    }

    [Fact]
    public void Engines_ids_are_those_of_the_registry()
    {
        var registered = typeof(EventIds).GetFields(Any).Select(f => (int)f.GetRawConstantValue()!).ToList();

        Assert.Equal(registered.Order(), EventsOf("Grains").Select(e => e.Id).Order());
    }

    // An event without a number gets one of its name, and means one thing by that.
    private static IEnumerable<(int Id, string Name)> EventsOf(string project) =>
        from type in Arrows.Project(project).GetTypes()
        from method in type.GetMethods(Any | BindingFlags.DeclaredOnly)
        let message = method.GetCustomAttribute<LoggerMessageAttribute>()
        where message is not null && message.EventId >= 0
        select (message.EventId, $"{type.Name}.{method.Name}");
}
