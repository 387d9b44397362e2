namespace Marketplace.Ledger.Verify;

/// <summary>What is wrong with a page of receipts.</summary>
internal sealed record ReceiptFindings(
    IReadOnlyList<string> Bills, IReadOnlyList<string> Signatures, IReadOnlyList<string> Chain);
