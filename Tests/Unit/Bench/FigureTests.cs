using OrleansBatch.Bench.Report;

namespace OrleansBatch.Tests.Unit.Bench;

public sealed class FigureTests
{
    [Fact]
    public void A_figure_is_the_median_of_its_runs_held_against_the_median_of_the_reference()
    {
        var figure = Of(new Bar { RatioAtLeast = 2 }, new Reference("pgbench", [10, 90, 20]), 100, 40, 1);

        Assert.Equal(40, figure.Median);
        Assert.Equal(2, figure.Ratio);
        Assert.True(figure.Met);
    }

    [Fact]
    public void A_figure_without_a_bar_is_neither_met_nor_missed() => Assert.Null(Of(null, null, 1).Met);

    [Fact]
    public void A_percentile_between_two_values_lies_in_proportion()
    {
        double[] values = [40, 10, 30, 20];

        Assert.Equal(25, Statistics.Percentile(values, 0.5));
        Assert.Equal(40, Statistics.Percentile(values, 1));
        Assert.Equal(39.7, Statistics.Percentile(values, 0.99), 6);
    }

    private static Figure Of(Bar? bar, Reference? reference, params double[] runs) => new()
    {
        Scenario = "drain", Case = "1 x 1", Measure = "throughput", Unit = "batches/s", Runs = runs, Reference = reference, Target = bar,
    };
}
