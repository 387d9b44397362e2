namespace Marketplace.Ledger.Verify;

/// <summary>One change of the balance at the card processor.</summary>
/// <param name="Transaction">The processor's id, such as <c>txn_…</c>.</param>
/// <param name="Journal">The key of the journal that should tell of it, such as <c>topup:pi_…</c>.</param>
/// <param name="MicroUsd">What came in, or negative what went out; 10,000 for a cent.</param>
public sealed record StripeLine(string Transaction, string Journal, long MicroUsd);
