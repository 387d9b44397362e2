using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Verification;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Verification;

/// <summary>
/// Findings for as long as they are kept: the file in a store of its own, and a line in the register that is due when
/// its time is over. A device has a bounded number of them; more push out the oldest.
/// </summary>
internal sealed class FindingStore(
    IRegister register,
    [FromKeyedServices(FindingView.BlobsKey)] IBlobStore blobs,
    ReceiptSigner signer,
    IOptions<VerificationOptions> options)
{
    /// <summary>State of one that is there.</summary>
    public const string Kept = "kept";

    private const string Deleted = "deleted";

    // What is deleted belongs to nobody, so that no list shows it.
    private const string Nobody = "";

    /// <summary>When what is decided now is deleted.</summary>
    public DateTimeOffset Until(DateTimeOffset decidedAt) => decidedAt + options.Value.FindingsKeptFor;

    /// <summary>Keeps a finding. Being told twice is harmless: the first stays.</summary>
    public async Task Keep(Finding finding, CancellationToken cancel)
    {
        if (await register.Find(RegisterKinds.Finding, finding.Id.Value, cancel) is not null)
        {
            return;
        }

        await MakeRoom(finding.Device, cancel);
        var bytes = Encoding.UTF8.GetBytes(FindingFile.Write(finding, signer.Sign));
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        using var content = new MemoryStream(bytes);

        if (await blobs.Put(content, sha256, bytes.Length, cancel) is not PutBlobOutcome.Stored)
        {
            throw new InvalidOperationException($"The file of {finding.Id} was not stored.");
        }

        var detail = new ListDetail.Finding(
            finding.Kind,
            finding.Work,
            finding.Attempt,
            finding.Verdict,
            finding.Cause,
            sha256,
            bytes.Length,
            finding.DecidedAt,
            finding.KeptUntil);
        await register.Put(
            [
                new(
                    RegisterKinds.Finding,
                    finding.Id.Value,
                    finding.Device,
                    Kept,
                    ListDetail.Write(detail),
                    finding.KeptUntil),
            ],
            cancel);
    }

    /// <summary>Where a finding is; null where there is none, or none any more.</summary>
    public async Task<FindingView?> Find(FindingId id, CancellationToken cancel) =>
        await register.Find(RegisterKinds.Finding, id.Value, cancel) is { State: Kept } row
            ? new(
                id,
                row.Owner,
                ListDetail.Read<ListDetail.Finding>(row.Detail).Work,
                ListDetail.Read<ListDetail.Finding>(row.Detail).Sha256)
            : null;

    /// <summary>Deletes a finding, file first; harmless when it is gone.</summary>
    public async Task Delete(string id, CancellationToken cancel)
    {
        if (await register.Find(RegisterKinds.Finding, id, cancel) is { } row)
        {
            await blobs.Delete(ListDetail.Read<ListDetail.Finding>(row.Detail).Sha256, cancel);
            await register.Put([row with { Owner = Nobody, State = Deleted, DueAt = null }], cancel);
        }
    }

    private async Task MakeRoom(string device, CancellationToken cancel)
    {
        var most = options.Value.FindingsPerDevice;
        var kept = await register.List(RegisterKinds.Finding, device, Kept, null, most + 1, cancel);

        foreach (var row in kept.Skip(most - 1))
        {
            await Delete(row.Id, cancel);
        }
    }
}
