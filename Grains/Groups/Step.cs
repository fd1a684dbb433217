namespace OrleansBatch.Grains.Groups;

/// <summary>Runs a step whose error is a result: every path after it goes on.</summary>
internal static class Step
{
    public static async Task<Exception?> ErrorOfAsync(Func<Task> step)
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
