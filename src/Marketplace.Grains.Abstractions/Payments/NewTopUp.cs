using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>A wish to top up.</summary>
[GenerateSerializer, Immutable, Alias("NewTopUp")]
public sealed record NewTopUp(
    [property: Id(0)] TopUpId Id, [property: Id(1)] Cents Amount, [property: Id(2)] CardMethod Method);
