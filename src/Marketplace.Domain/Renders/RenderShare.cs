using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Renders;

/// <summary>What one device has done at one ask and is to be charged for; a new one has done nothing yet.</summary>
/// <param name="Provider">Who is paid.</param>
/// <param name="Device">What did it.</param>
/// <param name="Ask">Locked when the attempts began.</param>
/// <param name="Last">The last attempt that came to count; its unit may have been taken back since.</param>
/// <param name="PixelSamples">What it is billed by.</param>
/// <param name="Units">How many units that were.</param>
/// <param name="Digest">
/// Hash chain over the hashes of the sums that count, in the order in which they came to count; sums that count no more
/// are in it a second time, behind a minus sign.
/// </param>
[GenerateSerializer, Immutable, Alias("RenderShare")]
public sealed record RenderShare(
    [property: Id(0)] ProviderId Provider,
    [property: Id(1)] DeviceId Device,
    [property: Id(2)] DeviceAsk Ask,
    [property: Id(3)] AttemptId Last,
    [property: Id(4)] long PixelSamples,
    [property: Id(5)] int Units,
    [property: Id(6)] string Digest)
{
    /// <summary>Units that their device has signed.</summary>
    [Id(7)]
    public int Signed { get; init; }

    /// <summary>The first of what was signed, for the receipt.</summary>
    [Id(8)]
    public IReadOnlyList<SignedResult>? Results { get; init; }

    /// <summary>How its units were checked.</summary>
    [Id(9)]
    public UnitAudits Audits { get; init; } = UnitAudits.None;

    /// <summary>
    /// The last attempt that is charged: where all results are here it is theirs, which units that were taken back have
    /// left. Else it is <see cref="Last"/>, of which it is not known whether it was taken back.
    /// </summary>
    public AttemptId LastCharged =>
        Results is { Count: > 0 } all && all.Count == Units && Signed == Units ? all[^1].Attempt : Last;

    /// <summary>With one more unit.</summary>
    public RenderShare Plus(RenderUnit unit, AttemptId attempt, string digest) => this with
    {
        Last = attempt,
        PixelSamples = checked(PixelSamples + unit.PixelSamples),
        Units = Units + 1,
        Digest = digest,
    };

    /// <summary>With one unit less: it was taken back and is not charged.</summary>
    public RenderShare Minus(RenderUnit unit, string digest) => this with
    {
        PixelSamples = checked(PixelSamples - unit.PixelSamples),
        Units = Units - 1,
        Digest = digest,
    };
}
