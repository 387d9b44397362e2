using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>
/// What must be free on an account for an entry to be written, though the entry takes nothing from it: what secures an
/// advance, for one. It is looked at under the account's lock, before the entry changes anything.
/// </summary>
/// <param name="Account">An account with a floor.</param>
/// <param name="Free">At least so many millionths, what is held not counted.</param>
public sealed record Cover(LedgerAccount Account, long Free);
