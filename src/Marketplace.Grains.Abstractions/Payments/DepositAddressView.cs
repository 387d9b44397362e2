using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>A wallet of ours that one account pays into.</summary>
/// <param name="Address">Base58 address of the wallet: what a sender is given.</param>
/// <param name="TokenAccount">Base58 address of its USDC account; whoever sends first opens it.</param>
/// <param name="Mint">Base58 mint of USDC; anything else that is sent there is not credited.</param>
[GenerateSerializer, Immutable, Alias("DepositAddressView")]
public sealed record DepositAddressView(
    [property: Id(0)] string Address,
    [property: Id(1)] string TokenAccount,
    [property: Id(2)] string Mint,
    [property: Id(3)] RailName Rail,
    [property: Id(4)] DateTimeOffset CreatedAt);
