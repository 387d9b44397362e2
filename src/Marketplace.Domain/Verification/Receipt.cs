using System.Text.Json.Serialization;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What was done, for whom, by what and for how much; the canonical JSON of it is hashed, chained and signed.
/// </summary>
/// <param name="Results">What devices have signed, the first <see cref="ResultsMax"/> of it.</param>
/// <param name="ResultsSigned">Accepted results with a device's signature that was checked.</param>
/// <param name="ResultsUnsigned">
/// Billed results without one: by an agent of an older version, or cut short before they were delivered.
/// </param>
/// <param name="Audit">
/// How the result was checked; null, and absent from the file, where nothing was committed to.
/// </param>
/// <param name="ModelId">
/// Id of the model that made a text; null, and absent from the file, where none was known when it was ordered.
/// </param>
/// <param name="UnitAudits">
/// How a render's units were checked; null, and absent from the file, where none was committed to.
/// </param>
/// <param name="Version">Form of this record; absent in receipts that were written before they were signed.</param>
[GenerateSerializer, Immutable, Alias("Receipt")]
public sealed record Receipt(
    [property: Id(0)] ReceiptId Id,
    [property: Id(1)] string Work,
    [property: Id(2)] string Kind,
    [property: Id(3)] AccountId Account,
    [property: Id(4)] ProviderId Provider,
    [property: Id(5)] DeviceId Device,
    [property: Id(6)] AttemptId Attempt,
    [property: Id(7)] string InputSha256,
    [property: Id(8)] string ProgramSha256,
    [property: Id(9)] string OutputSha256,
    [property: Id(10)] IReadOnlyDictionary<string, long> Meter,
    [property: Id(11)] DeviceAsk Price,
    [property: Id(12)] Usdc Charge,
    [property: Id(13)] IReadOnlyList<string> Journals,
    [property: Id(14)] string Verdict,
    [property: Id(15)] DateTimeOffset StartedAt,
    [property: Id(16)] DateTimeOffset EndedAt,
    [property: Id(17)] IReadOnlyList<SignedResult> Results,
    [property: Id(18)] int ResultsSigned,
    [property: Id(19)] int ResultsUnsigned,
    [property: Id(20)] int Version = Receipt.VersionNow,
    [property: Id(21), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReceiptAudit? Audit = null,
    [property: Id(22), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ModelId = null,
    [property: Id(23), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UnitAudits? UnitAudits = null)
{
    /// <summary>The form that is written now.</summary>
    public const int VersionNow = 1;

    /// <summary>Most signed results that stand in one receipt; the rest is counted.</summary>
    public const int ResultsMax = 16;
}
