using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Api.Verification;

/// <summary>
/// A receipt's file, as the document describes it: what is served is the text that was signed, never written from this.
/// </summary>
/// <param name="Work" example="job_01j9zq8k3v7r2m5x4c6b8n0t1w">The job or render.</param>
/// <param name="Kind" example="text">What kind of work it was.</param>
/// <param name="InputSha256">Hash of the prompt, or of the render's order.</param>
/// <param name="ProgramSha256">Hash of the model's file, or of the scene's root.</param>
/// <param name="OutputSha256">Hash of the text, or over the hashes of the units' sums.</param>
/// <param name="Meter">What was billed, by name.</param>
/// <param name="Price">The device's ask, locked when the attempt began.</param>
/// <param name="Journals">Keys of the journals that it explains.</param>
/// <param name="Results">What devices have signed.</param>
/// <param name="ResultsSigned">Accepted results with a device's signature.</param>
/// <param name="ResultsUnsigned">Billed results without one.</param>
/// <param name="Version">Form of the receipt.</param>
/// <param name="Audit">How a text was checked; absent where its device committed to nothing.</param>
/// <param name="UnitAudits">How a render's units were checked; absent where none was committed to.</param>
/// <param name="Verdict" example="passed">passed, or unchecked.</param>
/// <param name="ModelId">Id of the model that made a text; absent where none was known.</param>
/// <param name="Proof">What makes it believable without asking the marketplace.</param>
internal sealed record ReceiptResponse(
    ReceiptId Id,
    string Work,
    string Kind,
    AccountId Account,
    ProviderId Provider,
    DeviceId Device,
    AttemptId Attempt,
    string InputSha256,
    string ProgramSha256,
    string OutputSha256,
    IReadOnlyDictionary<string, long> Meter,
    DeviceAsk Price,
    Usdc Charge,
    IReadOnlyList<string> Journals,
    string Verdict,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    IReadOnlyList<SignedResult> Results,
    int ResultsSigned,
    int ResultsUnsigned,
    int Version,
    ReceiptAudit? Audit,
    string? ModelId,
    UnitAudits? UnitAudits,
    ReceiptProofResponse Proof);
