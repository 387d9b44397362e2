namespace Marketplace.Api.Providers;

/// <summary>Sets the wallet that payouts go to.</summary>
/// <param name="Address" example="9WzDXwBbmkg8ZTbNMqUxvQRAyrZzDsGYdLVL9zYtAWWM">
/// Base58 address of a wallet, not of a token account.
/// </param>
internal sealed record SetWalletRequest(string Address);
