using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger;

/// <summary>A receipt as it stands in the chain of receipts.</summary>
/// <param name="Sequence">Place in the chain.</param>
/// <param name="Body">Canonical JSON, byte for byte as it was written.</param>
/// <param name="PreviousHash">Hexadecimal hash of the receipt before it.</param>
/// <param name="Hash">Hexadecimal SHA-256 over the previous hash, the place and the body.</param>
/// <param name="Signature">The marketplace's over the body; null from before receipts were signed.</param>
public sealed record StoredReceipt(
    long Sequence,
    ReceiptId Id,
    string Work,
    AccountId Account,
    ProviderId Provider,
    string Body,
    string PreviousHash,
    string Hash,
    DateTimeOffset At,
    KeySignature? Signature);
