namespace OrleansBatch.Producer.Runs;

// New ids rise with time where .NET can make such ids, so that new rows stand together in the index.
internal static class RunIds
{
    public static Guid Next() =>
#if NET9_0_OR_GREATER
        Guid.CreateVersion7();
#else
        Guid.NewGuid();
#endif
}
