using OrleansBatch.Grains.Sessions;

namespace OrleansBatch.Grains.Tenures;

/// <summary>What a tenure asks of the silo that it runs on, which shares its slots among groups.</summary>
internal interface ITenureHost
{
    /// <summary>Gets the token that asks every tenure to finish its current batch and leave.</summary>
    CancellationToken Draining { get; }

    /// <summary>Gets the token that cancels current batches.</summary>
    CancellationToken Aborting { get; }

    /// <summary>Gets a value indicating whether one group wants the silo for itself; every other tenure leaves after its batch.</summary>
    bool IsClosed { get; }

    /// <summary>Tells whether a tenure that began then should leave its slot to another group.</summary>
    bool IsSliceOver(long began);

    /// <summary>Waits until no other tenure runs on this silo.</summary>
    /// <param name="key">The group that wants to be alone.</param>
    /// <param name="takeTurn">Takes the turn that one silo of the queue has at a time; null while another silo has it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>
    /// What lets others in again when it is disposed of; null, with the time after which to ask again, when it can't be now.
    /// </returns>
    Task<(IAsyncDisposable? Alone, TimeSpan AskAgain)> TryRunAloneAsync(
        LockKey key, Func<Task<IAsyncDisposable?>> takeTurn, CancellationToken cancellationToken);
}
