namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>One account of the books; debit positive.</summary>
[GenerateSerializer, Immutable, Alias("TrialBalanceView")]
public sealed record TrialBalanceView(
    [property: Id(0)] string Account,
    [property: Id(1)] string Asset,
    [property: Id(2)] long Balance,
    [property: Id(3)] long Held);
