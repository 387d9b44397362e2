namespace Marketplace.Domain.Verification;

/// <summary>
/// What was found of a device's work that did not go the device's way, or was disputed, with all that it rests on:
/// whoever has the file can follow the verdict without asking anybody. It holds no prompt, and of a text only what the
/// device itself made or was given.
/// </summary>
/// <param name="Kind">See <see cref="FindingKind"/>.</param>
/// <param name="Work">The job.</param>
/// <param name="Attempt">The device's attempt.</param>
/// <param name="Device">Whose work it was.</param>
/// <param name="Model">The model's name in the catalogue.</param>
/// <param name="ModelSha256">Hash of its file.</param>
/// <param name="ModelId">Its id; null where none was known when the text was ordered.</param>
/// <param name="Profile">The arithmetic that was promised, see <see cref="LogitProfile"/>; null with the id.</param>
/// <param name="From">Place of the first of the tokens within the text.</param>
/// <param name="Tokens">The tokens in question, the mark that ends a text included.</param>
/// <param name="Verdict">The text's: <c>passed</c>, <c>failed</c> or <c>unchecked</c>.</param>
/// <param name="Cause">What was held against the device.</param>
/// <param name="Draw">How the text was drawn.</param>
/// <param name="Result">What the device signed; null where it ended nothing.</param>
/// <param name="Commitment">What it committed to; null where it did not, and of opinions.</param>
/// <param name="Told">Of an opinion, what the device measured, as <see cref="MeasuredPosition"/> writes it.</param>
/// <param name="Thresholds">What numbers were held to; null where none were compared.</param>
/// <param name="Measured">Who measured the tokens again, the one that doubted them first.</param>
/// <param name="DecidedAt">When the verdict was reached.</param>
/// <param name="KeptUntil">When this file is deleted.</param>
/// <param name="Version">Form of this record.</param>
public sealed record Finding(
    FindingId Id,
    string Kind,
    string Work,
    string Attempt,
    string Device,
    string Model,
    string ModelSha256,
    string? ModelId,
    string? Profile,
    int From,
    IReadOnlyList<int> Tokens,
    string Verdict,
    string Cause,
    AuditDraw? Draw,
    SignedResult? Result,
    FindingCommitment? Commitment,
    string? Told,
    FindingThresholds? Thresholds,
    IReadOnlyList<FindingMeasure> Measured,
    DateTimeOffset DecidedAt,
    DateTimeOffset KeptUntil,
    int Version = Finding.VersionNow)
{
    /// <summary>
    /// What was ordered, where the device's header or the text's end is at fault; null elsewhere, and in files from
    /// before it was kept.
    /// </summary>
    public FindingOrder? Ordered { get; init; }

    /// <summary>The form that is written now.</summary>
    public const int VersionNow = 1;

    /// <summary>A text is measured by the platform and at most so many devices.</summary>
    public const int MeasuredMax = 8;

    /// <summary>What a device's work of a job has for an id: found again, it is the same finding.</summary>
    public static FindingId IdOf(string kind, string work, string attempt) =>
        FindingId.From(PrefixedId.Derive("finding", kind, work, attempt));
}
