namespace Marketplace.Ledger;

/// <summary>One posting as it stands in the books.</summary>
/// <param name="Account">The account's name.</param>
/// <param name="Amount">Debit positive, credit negative, in the asset's smallest unit.</param>
public readonly record struct StoredPosting(string Account, long Amount);
