namespace Marketplace.Grains.Tests.Market;

/// <summary>Tests that share the cluster and its clock, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class MarketCollection : ICollectionFixture<MarketCluster>
{
    public const string Name = "market";
}
