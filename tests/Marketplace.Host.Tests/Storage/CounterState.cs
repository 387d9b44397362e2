namespace Marketplace.Host.Tests.Storage;

[GenerateSerializer]
[Alias("test.counter-state")]
public sealed record CounterState
{
    [Id(0)]
    public int Value { get; init; }
}
