namespace Marketplace.Ledger.Verify;

/// <summary>
/// What the receipts before one have charged for the same work: providers share one escrow, in the order in which their
/// receipts were written, in one transaction.
/// </summary>
/// <param name="Work">The work of the last receipt.</param>
/// <param name="Micros">What its receipts so far have charged.</param>
internal sealed record WorkCharged(string Work, long Micros)
{
    public static readonly WorkCharged None = new(string.Empty, 0);

    /// <summary>With one receipt more.</summary>
    public WorkCharged Plus(ReceiptLine receipt) =>
        new(receipt.Work, (receipt.Work == Work ? Micros : 0) + (receipt.Charged ?? 0));

    /// <summary>What goes into the page after this one.</summary>
    public static WorkCharged After(WorkCharged before, IReadOnlyList<ReceiptLine> page) =>
        page.Aggregate(before, (work, receipt) => work.Plus(receipt));
}
