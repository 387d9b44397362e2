using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Verification;

namespace Marketplace.Api.Verification;

/// <summary>What was found of a device's work, with what it rests on. Members that do not apply are absent.</summary>
/// <param name="Id">The finding.</param>
/// <param name="Kind" example="text">text, or opinion: what the device measured of another's text.</param>
/// <param name="Work">The job.</param>
/// <param name="Attempt">The device's attempt at it.</param>
/// <param name="Device">Whose work it was.</param>
/// <param name="Model" example="stories260K">The model's name.</param>
/// <param name="ModelSha256">Hash of its file.</param>
/// <param name="ModelId">Its id, where one was known.</param>
/// <param name="Profile" example="f16w-f32kv-f32acc">The arithmetic that was promised.</param>
/// <param name="From" example="0">Place of the first of the tokens within the text.</param>
/// <param name="Tokens">The tokens in question.</param>
/// <param name="Verdict" example="failed">The text's: passed, failed or unchecked.</param>
/// <param name="Cause" example="other-logits">What was held against the device.</param>
/// <param name="Draw">How the text was drawn.</param>
/// <param name="Result">What the device signed.</param>
/// <param name="Commitment">What it committed to: hash of the header, records, and the root that it signed.</param>
/// <param name="Told">Of an opinion, what the device measured, base64.</param>
/// <param name="Thresholds">What numbers were held to.</param>
/// <param name="Measured">What the platform and classes of devices measured of the tokens.</param>
/// <param name="DecidedAt">When the verdict was reached.</param>
/// <param name="KeptUntil">When this file is deleted.</param>
/// <param name="Version" example="1">Form of this file.</param>
/// <param name="Proof">The marketplace's signature over all else.</param>
internal sealed record FindingResponse(
    FindingId Id,
    string Kind,
    JobId Work,
    AttemptId Attempt,
    DeviceId Device,
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
    int Version,
    KeySignature Proof);
