using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>Gathers the claims of one text in the bytes that are committed to.</summary>
internal sealed class ClaimLog
{
    // Bounded by the order: a record a token, and one for the end mark.
    private readonly List<byte> _records = [];

    public void Add(LogitClaim claim) => _records.AddRange(ToRecord(claim).Encode());

    public static LogitRecord ToRecord(LogitClaim claim) => new(
        claim.Token, [.. claim.Top.Select(one => (one.Token, (float)one.Value))], (float)claim.LogSumExp);

    public byte[] ToArray() => [.. _records];
}
