using OrleansBatch.Sinks.DeltaLog.Commits;
using OrleansBatch.Sinks.DeltaLog.Snapshots;
using OrleansBatch.Sinks.Stores;

namespace OrleansBatch.Tests.Unit.DeltaLog;

public sealed class LostAnswerTests : IDisposable
{
    private readonly TableFixture _fixture = new();
    private readonly UnsureStore _store;

    public LostAnswerTests() => _store = new UnsureStore(_fixture.Store);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_known_as_committed()
    {
        var read = await _fixture.CreateAsync(1);
        _store.AfterCreate = (_, _) => throw UnsureStore.LostAnswer;

        var outcome = await CommitAsync(read);

        Assert.True(outcome.IsCommitted);
        Assert.Equal(SnapshotText.Of(await _fixture.ReadAsync()), SnapshotText.Of(outcome.Snapshot));
    }

    [Fact]
    public async Task A_store_that_finds_its_own_first_try_in_the_way_has_committed()
    {
        var read = await _fixture.CreateAsync(1);
        _store.AfterCreate = (_, _) => false;

        var outcome = await CommitAsync(read);

        Assert.True(outcome.IsCommitted);
    }

    [Fact]
    public async Task A_lost_answer_behind_another_commit_is_a_conflict()
    {
        var read = await _fixture.CreateAsync(1);
        await _fixture.CommitAsync(read, TableFixture.Write(TableFixture.Named("theirs")));
        _store.BeforeCreate = _ => throw UnsureStore.LostAnswer;

        var outcome = await CommitAsync(read);

        Assert.False(outcome.IsCommitted);
    }

    [Fact]
    public async Task A_lost_commit_that_may_still_arrive_is_said_to_be_unsure()
    {
        var read = await _fixture.CreateAsync(1);
        _store.BeforeCreate = _ => throw UnsureStore.LostAnswer;

        var error = await Assert.ThrowsAsync<StoreException>(() => CommitAsync(read));

        Assert.Equal(StoreTrouble.Passing, error.Trouble);
    }

    [Fact]
    public async Task Other_trouble_is_passed_on()
    {
        var read = await _fixture.CreateAsync(1);
        _store.BeforeCreate = _ => throw new StoreException("The disk is full.", StoreTrouble.NoSpace);

        var error = await Assert.ThrowsAsync<StoreException>(() => CommitAsync(read));

        Assert.Equal(StoreTrouble.NoSpace, error.Trouble);
    }

    private Task<CommitOutcome> CommitAsync(Snapshot read) =>
        _fixture.Open(store: _store).TryCommitAsync(read, TableFixture.Write(TableFixture.Named("1")), TableFixture.Token);
}
