using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>A receipt as the pass over all of them reads it.</summary>
/// <param name="Sequence">Its place in the chain.</param>
/// <param name="Previous">Hash of the link before it.</param>
/// <param name="Hash">Hash of its own link.</param>
/// <param name="Id">The receipt.</param>
/// <param name="Work">The job or render.</param>
/// <param name="Provider">Who was paid.</param>
/// <param name="Body">Canonical JSON in UTF-8.</param>
/// <param name="Signature">The marketplace's; null for receipts from before there were signatures.</param>
/// <param name="Charged">Micro-USDC that its charge took; null without one.</param>
/// <param name="Funded">Micro-USDC that were ever set aside for the work.</param>
internal sealed record ReceiptLine(
    long Sequence,
    byte[] Previous,
    byte[] Hash,
    string Id,
    string Work,
    string Provider,
    byte[] Body,
    KeySignature? Signature,
    long? Charged,
    long Funded);
