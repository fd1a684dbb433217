namespace OrleansBatch.Grains.Sessions;

/// <summary>
/// Keeps threads for the driver to block. When a statement gets no answer in time, Npgsql asks the server over a second connection to
/// cancel it. That blocks a thread of the pool until the second connection gets an answer or times out. In a half-open network all sessions
/// do so at once. The deadlines that cancel their sinks would wait for a thread until after the server has given the locks to others.
/// </summary>
internal static class DriverThreads
{
    public static void Reserve(int connections)
    {
        ThreadPool.GetMinThreads(out var workers, out var completionPorts);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + connections), completionPorts);
    }
}
