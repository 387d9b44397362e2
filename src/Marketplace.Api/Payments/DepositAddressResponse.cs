using Marketplace.Grains.Abstractions.Payments;

namespace Marketplace.Api.Payments;

/// <summary>A wallet of the marketplace that one account pays into, such as from an exchange.</summary>
/// <param name="Address" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">Base58 address to send USDC to.</param>
/// <param name="TokenAccount">Base58 address of its USDC account; whoever sends first opens it.</param>
/// <param name="Mint">Base58 mint of USDC; anything else that is sent there is not credited.</param>
/// <param name="Rail" example="solana">The chain it is on.</param>
/// <param name="CreatedAt">When it was opened.</param>
internal sealed record DepositAddressResponse(
    string Address, string TokenAccount, string Mint, string Rail, DateTimeOffset CreatedAt)
{
    public static DepositAddressResponse From(DepositAddressView view) =>
        new(view.Address, view.TokenAccount, view.Mint, view.Rail.Value, view.CreatedAt);
}
