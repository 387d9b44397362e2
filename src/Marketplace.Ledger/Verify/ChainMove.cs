namespace Marketplace.Ledger.Verify;

/// <summary>What one finalized transaction did to a token account of ours.</summary>
/// <param name="Signature">Names the transaction.</param>
/// <param name="Slot">Where it landed.</param>
/// <param name="Micros">Positive when it came in, negative when it went out.</param>
/// <param name="Others">
/// By wallet: who got it when it went out, whom it came from when it came in; positive amounts.
/// </param>
/// <param name="IsScanned">
/// True when the scan for deposits has passed it, so that the books must know of it; false for what is on its way.
/// </param>
public sealed record ChainMove(
    string Signature, long Slot, long Micros, IReadOnlyDictionary<string, long> Others, bool IsScanned);
