using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.DeltaLog;

// A store whose answers can be lost, or that can be made to fail.
internal sealed class UnsureStore(IObjectStore inner) : IObjectStore
{
    // Called with the name of what is to be created: before, and after with the answer.
    public Action<string> BeforeCreate { get; set; } = _ => { };

    public Func<string, bool, bool> AfterCreate { get; set; } = (_, created) => created;

    public Action<string> BeforePut { get; set; } = _ => { };

    public string Address => inner.Address;

    public static StoreException LostAnswer { get; } = new("The connection was lost.", StoreTrouble.Passing);

    public IObjectStore Below(string name) => inner.Below(name);

    public async Task<bool> TryCreateAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BeforeCreate(name);
        return AfterCreate(name, await inner.TryCreateAsync(name, content, cancellationToken));
    }

    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        BeforePut(name);
        return inner.PutAsync(name, content, cancellationToken);
    }

    public IObjectDraft Draft(string name) => inner.Draft(name);

    public Task<byte[]?> TryReadAsync(string name, CancellationToken cancellationToken) => inner.TryReadAsync(name, cancellationToken);

    public Task<IObjectFile?> TryFetchAsync(string name, CancellationToken cancellationToken) =>
        inner.TryFetchAsync(name, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string prefix, string? startAfter, CancellationToken cancellationToken) =>
        inner.ListAsync(prefix, startAfter, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken) =>
        inner.DeleteAsync(names, cancellationToken);
}
