namespace OrleansBatch.Tests.Unit.Architecture;

// Nothing knows what knows it: neither projects nor the folders of one.
public sealed class CirclesTests
{
    [Fact]
    public void Projects_stand_in_no_circle() =>
        Assert.Empty(Arrows.Circles(
            from project in Arrows.Projects
            from known in Arrows.Project(project).GetReferencedAssemblies()
            where known.Name!.StartsWith("OrleansBatch.", StringComparison.Ordinal)
            select $"OrleansBatch.{project} -> {known.Name}"));

    [Theory]
    [InlineData("Grains", "")]

    // The grains' interfaces and the values that their methods take name each other.
    [InlineData("Grains.Interfaces", "(root), Operations, Status")]

    // A producer opens runs, and a run enqueues through its producer.
    [InlineData("Producer", "(root), Runs")]

    // A folder and its parts.
    [InlineData("Sinks.Input", "(root), Footer, Judgement, Pages, Types, Values")]

    // The stores and their parts.
    [InlineData("Sinks.Stores", "(root), Local, S3, Scratch")]

    [InlineData("Contracts", "")]
    [InlineData("Embedded", "")]
    [InlineData("Sinks.DuckDb", "")]
    [InlineData("Sinks.DeltaLog", "")]

    // A folder and its parts.
    [InlineData("Silo", "Commands, Commands.Operating")]

    // The parts of one experiment.
    [InlineData("Drill", "(root), Checks, Faults, Lakes, Silos, Tables, Takeovers, Watch, Work")]
    public void Folders_of_a_project_stand_in_no_circle_but_those_named(string project, string circles)
    {
        var found = string.Join("; ", Arrows.Circles(Arrows.Between(project, place => FolderOf(project, place))));

        Assert.True(circles == found, $"Expected \"{circles}\", found \"{found}\".");
    }

    [Fact]
    public void Circle_would_be_noticed() =>
        Assert.Equal(["A, B, C"], Arrows.Circles(["A -> B", "B -> C", "C -> A", "A -> D", "E -> A"]));

    // Null for what belongs to another project whose name begins alike.
    private static string? FolderOf(string project, string place) =>
        (place == $"OrleansBatch.{project}" || place.StartsWith($"OrleansBatch.{project}.", StringComparison.Ordinal))
            && (project == "Grains.Interfaces" || !place.StartsWith("OrleansBatch.Grains.Interfaces", StringComparison.Ordinal))
            ? place[$"OrleansBatch.{project}".Length..].TrimStart('.') is { Length: > 0 } folder ? folder : "(root)"
            : null;
}
