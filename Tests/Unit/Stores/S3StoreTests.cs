using OrleansBatch.Sinks.Stores;
using OrleansBatch.Tests.Support;

namespace OrleansBatch.Tests.Unit.Stores;

public sealed class S3StoreTests : StoreContract
{
    private protected override async Task<IObjectStore> StoreAsync() => (await RadosGateway.OfTheRunAsync()).Store();

    [Fact]
    public async Task A_file_of_more_than_64_MB_is_sent_in_parts()
    {
        var server = await RadosGateway.OfTheRunAsync();
        var address = server.NewAddress();
        var store = server.Store(address);
        using (var draft = store.Draft("large"))
        {
            await using (var file = File.Create(draft.Path))
            {
                file.SetLength((80 << 20) + 5);
                file.Seek(-5, SeekOrigin.End);
                file.Write("ended"u8);
            }

            Assert.Equal((80 << 20) + 5, await draft.CompleteAsync(Ct));
        }

        using var folder = new TempDirectory();
        using var elsewhere = new ScratchCache(folder.Path, megabytes: 200);
        using var fetched = await server.Store(address, scratch: elsewhere).TryFetchAsync("large", Ct);
        await using var copy = File.OpenRead(fetched!.Path);
        copy.Seek(-5, SeekOrigin.End);
        using var client = server.Client();
        var sent = await client.GetObjectMetadataAsync("tests", $"{address["s3://tests/".Length..]}/large", Ct);

        Assert.Equal((80 << 20) + 5, copy.Length);
        Assert.Equal("ended", await new StreamReader(copy).ReadToEndAsync(Ct));
        Assert.EndsWith("-6\"", sent.ETag, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_a_thousand_objects_are_listed_and_deleted()
    {
        var store = (await RadosGateway.OfTheRunAsync()).Store();
        var names = Enumerable.Range(0, 1_005).Select(i => $"{i:D5}").ToList();
        await Parallel.ForEachAsync(names, Ct, async (name, token) => await store.PutAsync(name, new byte[1], token));

        Assert.Equal(string.Join(' ', names), await NamesAsync(store));
        Assert.Equal(string.Join(' ', names[1_001..]), await NamesAsync(store, "", "01000"));
        await store.DeleteAsync([.. names, "none"], Ct);

        Assert.Equal("", await NamesAsync(store));
    }

    [Fact]
    public async Task A_store_that_ignores_conditions_is_refused_and_the_sentence_says_why()
    {
        var store = (await S3Rver.OfTheRunAsync()).Store();

        var error = await Assert.ThrowsAsync<StoreException>(() => StoreProbe.CheckAsync(store, Ct));

        Assert.Equal(StoreTrouble.Unfit, error.Trouble);
        Assert.StartsWith($"{store.Address} has overwritten an object", error.Message, StringComparison.Ordinal);
        Assert.Contains("one of the two commits would be lost unseen", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_s3_is_read_by_the_kernel()
    {
        var server = await RadosGateway.OfTheRunAsync();
        var address = server.NewAddress();
        using var table = new HandMadeTable();
        table.Commit(0, HandMadeTable.Protocol, table.Add("one", 3, "{}"));
        await table.CopyAsync(server.Store(address), Ct);

        Assert.Equal("3", await DeltaReader.OnS3(server.HttpOf(address), server.AccessKey, server.SecretKey).SumAsync("id"));
    }
}
