using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A text that the platform found at fault by numbers, and what devices of the same kind say of it. Nobody is punished
/// before two agree, the platform counted; only where no other can say is it the platform alone, which then looks
/// twice, or once where its limit is over.
/// </summary>
/// <param name="First">What the platform found.</param>
/// <param name="FaultAt">See <see cref="JobProof.FaultAt"/>.</param>
/// <param name="Evidence">What that rests on.</param>
/// <param name="Since">Since when the next opinion is waited for.</param>
[GenerateSerializer, Alias("SecondOpinions")]
internal sealed record SecondOpinions(
    [property: Id(0)] LogitVerdict First,
    [property: Id(1)] int? FaultAt,
    [property: Id(2)] LogitEvidence Evidence,
    [property: Id(3)] DateTimeOffset Since)
{
    /// <summary>Opinions of one text that are asked for, those included that come to nothing.</summary>
    public const int AskedMax = 4;

    /// <summary>Devices that are remembered as unfit for this text.</summary>
    public const int PassedMax = 16;

    /// <summary>Who is at it.</summary>
    [Id(4)]
    public VerifierAttempt? Asked { get; init; }

    [Id(5)]
    public IReadOnlyList<HeardOpinion> Heard { get; init; } = [];

    /// <summary>Devices that gave none: silent, broken, talking nonsense, or not in good standing.</summary>
    [Id(6)]
    public IReadOnlyList<DeviceId> Passed { get; init; } = [];

    /// <summary>Attempts that came to nothing.</summary>
    [Id(7)]
    public int Failed { get; init; }

    /// <summary>Nobody else is asked: the platform runs its own check once more, and that decides.</summary>
    [Id(8)]
    public bool IsOver { get; init; }

    /// <summary>Whether another may be asked.</summary>
    public bool GoesOn => !IsOver && Heard.Count + Failed < AskedMax && Passed.Count < PassedMax;
}
