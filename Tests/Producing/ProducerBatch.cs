namespace OrleansBatch.Tests.Producing;

internal static class ProducerBatch
{
    public static EnqueueRequest Of(long team, Guid run, int index, string schema = "orders") =>
        new() { TeamId = team, SchemaId = schema, RunId = run, BatchIndex = index, Path = $"{index}.parquet" };
}
