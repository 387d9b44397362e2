using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Verification;

/// <summary>
/// One provider's part of the end of a piece of work: charge, receipt and, without holdback, the release.
/// </summary>
internal sealed record ReceiptEntry(
    Journal Charge, Journal? Release, NewReceipt Receipt, RegisterRow Row)
{
    public static ReceiptEntry Of(
        Receipt receipt, WorkKind kind, Journal charge, LedgerOptions options, ReceiptSigner signer)
    {
        var share = Usdc.FromMicros(
            -charge.Legs.Where(leg => leg.Account == Chart.Accrued(receipt.Provider)).Sum(leg => leg.Amount));
        var isHeld = options.Holdback > TimeSpan.Zero && share > Usdc.Zero;
        var detail = new ListDetail.Receipt(receipt.Work, kind, receipt.Provider, receipt.Charge, share);

        return new(
            charge,
            isHeld ? null : Hold(receipt.Provider, receipt.Id, share),
            signer.Sign(receipt),
            new(
                RegisterKinds.Receipt,
                receipt.Id.Value,
                receipt.Account.Value,
                isHeld ? HoldbackSweep.Held : HoldbackSweep.Released,
                ListDetail.Write(detail),
                isHeld ? receipt.EndedAt + options.Holdback : null));
    }

    /// <summary>The journal that ends the holdback of one receipt.</summary>
    public static Journal Hold(Domain.Providers.ProviderId provider, ReceiptId receipt, Usdc share) =>
        LeaseJournals.Holdback(provider, receipt.Value, share);
}
