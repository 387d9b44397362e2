using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger;

/// <summary>A receipt to write with the journals it explains. The id is unique; writing it again is harmless.</summary>
/// <param name="Id">The receipt.</param>
/// <param name="Work">The job or render.</param>
/// <param name="Account">Who may read it.</param>
/// <param name="Provider">Who did the work.</param>
/// <param name="Body">Canonical JSON, kept byte for byte.</param>
/// <param name="Signature">The marketplace's, over the body.</param>
public sealed record NewReceipt(
    ReceiptId Id, string Work, AccountId Account, ProviderId Provider, string Body, KeySignature? Signature = null);
