using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Verify;

/// <summary>One transfer out of the treasury that the chain has finalized.</summary>
/// <param name="Signature">Its transaction.</param>
/// <param name="Wallet">Base58 address of the owner that received it.</param>
/// <param name="Amount">How much.</param>
public sealed record OutgoingTransfer(string Signature, string Wallet, Usdc Amount);
