namespace OrleansBatch.Grains.Interfaces.Sinks;

/// <summary>A sink that can find out at a start whether its destination keeps what the sink relies on.</summary>
public interface ICheckedSink : IBatchSink
{
    /// <summary>
    /// Checks the destination; called once, before the silo takes work. A destination that is only out of reach is no reason to throw:
    /// groups wait for it. The check must return within seconds.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the start is given up.</param>
    /// <exception cref="SinkRefusedException">The destination can never be used. The silo does not start, and says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken);
}
