namespace OrleansBatch.Tests.Unit.Architecture;

// The engine's rooms and which of them may know which: the table is the drawing, and an arrow more or less than drawn fails.
public sealed class GrainsRoomsTests
{
    private const string Root = "OrleansBatch.Grains.";

    // From the ground up: a room knows rooms that stand above it in the table, and none below.
    private static readonly (string Room, string[] Knows)[] _drawing =
    [
        ("Options", []),
        ("Retrying", []),
        ("Queue", []),
        ("Sinks", []),
        ("Diagnostics", ["Options"]),
        ("Sessions", ["Options", "Queue", "Retrying"]),
        ("Tenures", ["Diagnostics", "Options", "Queue", "Retrying", "Sessions", "Sinks"]),
        ("Groups", ["Diagnostics", "Options", "Sessions", "Sinks", "Tenures"]),
        ("Polling", ["Diagnostics", "Groups", "Options", "Queue", "Sessions", "Sinks"]),

        // Tenures only for the interface by which tenures say that a run has ended.
        ("Recovery", ["Diagnostics", "Options", "Queue", "Retrying", "Sessions", "Tenures"]),
        ("Doctor", ["Options", "Queue", "Sessions"]),
        ("Intake", ["Doctor", "Options", "Queue", "Sessions"]),
        ("Hosting", ["Diagnostics", "Groups", "Options", "Polling", "Queue", "Recovery", "Sessions", "Sinks", "Tenures"]),
    ];

    [Fact]
    public void Rooms_know_each_other_as_drawn() =>
        Assert.Equal(
            _drawing.SelectMany(d => d.Knows.Select(k => $"{d.Room} -> {k}")).Order(StringComparer.Ordinal),
            Arrows.Between("Grains", RoomOf));

    [Fact]
    public void Drawing_goes_one_way()
    {
        var drawn = new List<string>();
        foreach (var (room, knows) in _drawing)
        {
            Assert.All(knows, known => Assert.Contains(known, drawn));
            drawn.Add(room);
        }
    }

    // Statements and their rows belong to Queue and Sessions. What else knows the driver today is held here, so that it does not grow.
    [Fact]
    public void Npgsql_is_known_to_Queue_and_Sessions_and_these()
    {
        string[] others =
        [
            // The driver's exceptions tell an error of the connection from others.
            "Diagnostics.DatabaseOutage",

            // The rest hands a connection, or the pool, on to a statement.
            "Doctor.ClockCheck", "Doctor.Doctor", "Doctor.KeptSettingsCheck", "Doctor.QueueCheck", "Hosting.SinkRegistrar",
            "Intake.BatchIntake", "Intake.BatchOperator", "Intake.BatchQueueGrain", "Intake.BatchReports", "Polling.PollerConnection",
            "Recovery.ForgottenGroups", "Recovery.NotReadySweep", "Recovery.QueueSampler", "Recovery.RecoveryGrain",
            "Recovery.RecoverySession",
            "Recovery.ResumedGroups", "Recovery.Retention", "Recovery.RunNotifier", "Recovery.RunStranding", "Recovery.SinkSeeding",
            "Recovery.UpkeepSweep",
        ];

        var known = Arrows.TypesOf("Grains")
            .Where(t => RoomOf(t.Namespace!) is not (null or "Queue" or "Sessions"))
            .Where(t => TypeUses.Of(t).Any(u => u.Namespace?.StartsWith("Npgsql", StringComparison.Ordinal) is true))
            .Select(t => $"{RoomOf(t.Namespace!)}.{Outermost(t).Name}").Distinct().Order(StringComparer.Ordinal).ToList();

        Assert.True(others.SequenceEqual(known), $"These know it: {string.Join(", ", known)}.");
    }

    private static string? RoomOf(string place) =>
        place.StartsWith(Root, StringComparison.Ordinal) && !place.StartsWith($"{Root}Interfaces", StringComparison.Ordinal)
            ? place[Root.Length..].Split('.')[0]
            : null;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
