using OrleansBatch.Grains.Interfaces.Sinks;
using OrleansBatch.Sinks.Input;
using OrleansBatch.Tests.Unit.DuckDb;

namespace OrleansBatch.Tests.Unit.Input;

internal static class RefusedFile
{
    // The sink refuses the file for good. The check before an enqueue does the same, unless only the rows show the fault.
    public static async Task<PermanentBatchException> RefusedAsync(
        this SinkFixture fixture, string path, string reason, bool inspect = true)
    {
        var error = await fixture.RefusedAsync(fixture.Batch(1, path));
        var errors = inspect ? [error, Assert.Throws<PermanentBatchException>(() => ParquetFile.Inspect(path))] : new[] { error };
        Assert.All(errors, e =>
        {
            Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
            Assert.Contains(reason, e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("Error:", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message + e.Detail);
        });
        return error;
    }
}
