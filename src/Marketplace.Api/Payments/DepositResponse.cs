using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Payments;

/// <summary>An expected deposit of USDC on Solana.</summary>
/// <param name="Id" example="dep_01j9zq8k3v7r2m5x4c6b8n0t1w">The deposit.</param>
/// <param name="State" example="waiting">waiting, partial, received or overpaid; credited is what arrived.</param>
/// <param name="Amount" example="25.000000">What was announced, or null.</param>
/// <param name="Received" example="0.000000">Credited so far.</param>
/// <param name="Url">Solana Pay URL: a wallet that opens it fills in everything.</param>
/// <param name="Reference">Base58 key that the transfer must carry as a read-only account.</param>
/// <param name="Recipient">Base58 address to pay to.</param>
/// <param name="Mint">Base58 mint of USDC.</param>
/// <param name="Signatures">Transactions credited to it.</param>
/// <param name="CreatedAt">When it was announced.</param>
internal sealed record DepositResponse(
    DepositId Id,
    string State,
    Usdc? Amount,
    Usdc Received,
    string Url,
    string Reference,
    string Recipient,
    string Mint,
    IReadOnlyList<string> Signatures,
    DateTimeOffset CreatedAt)
{
    public static DepositResponse From(DepositView view) => new(
        view.Id,
        view.State,
        view.Amount,
        view.Received,
        view.Url,
        view.Reference,
        view.Recipient,
        view.Mint,
        view.Signatures,
        view.CreatedAt);
}
