namespace OrleansBatch.Grains.Retrying;

/// <summary>Runs a step whose error is a result: every path after it goes on.</summary>
internal static class Errors
{
    public static async Task<Exception?> CatchAsync(Func<Task> step)
    {
        try
        {
            await step();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }
}
