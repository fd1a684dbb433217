namespace OrleansBatch.Tests.Hosts;

[CollectionDefinition(Name)]
public sealed class OwnHosts : ICollectionFixture<HostScenarios>
{
    public const string Name = "Hosts";
}
