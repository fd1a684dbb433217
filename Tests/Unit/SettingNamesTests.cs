using OrleansBatch.Silo.Hosting;

namespace OrleansBatch.Tests.Unit;

public sealed class SettingNamesTests
{
    [Theory]
    [InlineData("OrleansBatch__MaxAtempts", "did you mean OrleansBatch__MaxAttempts?")]
    [InlineData("ORLEANSBATCH__SLOT", "did you mean OrleansBatch__Slots?")]
    [InlineData("OrleansBatch_Slots", "did you mean OrleansBatch__Slots?")]
    [InlineData("OrleansBatch__DuckDb__Thread", "did you mean OrleansBatch__DuckDb__Threads?")]
    [InlineData("OrleansBatch__DuckDB_Threads", "did you mean OrleansBatch__DuckDb__Threads?")]
    [InlineData("OrleansBatch__Delta__CheckpointInterva", "did you mean OrleansBatch__Delta__CheckpointInterval?")]
    [InlineData("OrleansBatch__Probe__Leger", "did you mean OrleansBatch__Probe__Ledger?")]
    [InlineData("OrleansBatch__BatchTimeout__duckdb", "did you mean OrleansBatch__BatchTimeouts__SINK?")]
    [InlineData("OrleansBatch__BatchTimeouts", "did you mean OrleansBatch__BatchTimeouts__SINK?")]
    [InlineData("OrleansBatch__DuckDb__InputRoots__a", "did you mean OrleansBatch__DuckDb__InputRoots__0?")]
    [InlineData("OrleansBatch__Colour", "README.md lists the settings.")]
    public void A_mistyped_setting_is_named_with_the_closest_one(string variable, string advice) =>
        Assert.Equal($"{variable} is no setting and has no effect: {advice}", Assert.Single(SettingNames.Mistakes([variable])));

    [Fact]
    public void Every_setting_there_is_and_what_is_no_setting_is_passed_over() =>
        Assert.Empty(SettingNames.Mistakes(
            [
                .. SettingNames.Known, "orleansbatch__maxattempts", "OrleansBatch__BatchTimeouts__archive",
                "OrleansBatch__DuckDb__InputRoots__12", "ORLEANSBATCH_PG_BIN", "ORLEANSBATCH_TEST_CONNECTION",
                "ConnectionStrings__OrleansBatch", "PATH", "OrleansBatchery",
            ]));
}
