using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>A text to be checked.</summary>
/// <param name="Job">Its job.</param>
/// <param name="Order">What was ordered.</param>
/// <param name="Tokens">The whole text.</param>
/// <param name="Prefix">How many of its tokens an earlier device had made: they are given, not checked.</param>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
/// <param name="PublicKey">Base64 of the device's key.</param>
/// <param name="Kind">What the device says that it is.</param>
/// <param name="Commitment">What it bound itself to.</param>
public sealed record LogitAuditRequest(
    JobId Job,
    InferenceOrder Order,
    IReadOnlyList<Token> Tokens,
    int Prefix,
    string FinishReason,
    string PublicKey,
    DeviceKind Kind,
    LogitCommitment Commitment);
