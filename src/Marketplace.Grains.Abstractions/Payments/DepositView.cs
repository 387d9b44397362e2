using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>An expected deposit.</summary>
/// <param name="Url">Solana Pay URL.</param>
/// <param name="Reference">Base58 reference key that the transfer carries.</param>
/// <param name="Received">Credited so far.</param>
[GenerateSerializer, Immutable, Alias("DepositView")]
public sealed record DepositView(
    [property: Id(0)] DepositId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] Usdc? Amount,
    [property: Id(3)] string Url,
    [property: Id(4)] string Reference,
    [property: Id(5)] string Recipient,
    [property: Id(6)] string Mint,
    [property: Id(7)] Usdc Received,
    [property: Id(8)] string State,
    [property: Id(9)] IReadOnlyList<string> Signatures,
    [property: Id(10)] DateTimeOffset CreatedAt);
