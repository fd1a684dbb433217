namespace OrleansBatch.Sinks.Stores.Local;

// Runs the calls of a local file system, which wait by themselves, and gives their errors a sentence.
internal static class StoreCall
{
    public static Task<T> Run<T>(string root, Func<T> call, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        try
        {
            return Task.FromResult(Run(root, call));
        }
        catch (StoreException error)
        {
            return Task.FromException<T>(error);
        }
    }

    public static T Run<T>(string root, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (Exception error) when (FileTrouble.IsOfTheSystem(error))
        {
            throw FileTrouble.Of(error, root);
        }
    }
}
