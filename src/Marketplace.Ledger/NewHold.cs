using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>A two-phase reservation on one account. The id is unique; placing it again is harmless.</summary>
public sealed record NewHold(string Id, LedgerAccount Account, long Amount);
