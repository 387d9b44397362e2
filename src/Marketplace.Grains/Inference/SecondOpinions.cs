using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// A text that the platform found at fault by numbers, or that it does not check itself, and what devices of the same
/// kind say of it. Nobody is punished before two agree, the platform counted; only where no other can say is it the
/// platform alone, which then looks twice, or once where its limit is over.
/// </summary>
/// <param name="First">
/// What was found first, by <see cref="By"/>; null while nobody has looked. It stands where a second device looks at
/// what a first one has accepted.
/// </param>
/// <param name="FaultAt">See <see cref="JobProof.FaultAt"/>.</param>
/// <param name="Evidence">What that rests on; no positions while nobody has looked.</param>
/// <param name="Since">Since when the next opinion is waited for.</param>
[GenerateSerializer, Alias("SecondOpinions")]
internal sealed record SecondOpinions(
    [property: Id(0)] LogitVerdict? First,
    [property: Id(1)] int? FaultAt,
    [property: Id(2)] LogitEvidence Evidence,
    [property: Id(3)] DateTimeOffset Since)
{
    /// <summary>Opinions of one text that are asked for, those included that come to nothing.</summary>
    public const int AskedMax = 4;

    /// <summary>Providers that are drawn from.</summary>
    public const int TurnsMax = 64;

    /// <summary>Devices of each of them.</summary>
    public const int TurnDevicesMax = 16;

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

    /// <summary>Whose finding the first is; null for the platform's.</summary>
    [Id(9)]
    public VerifierAttempt? By { get; init; }

    /// <summary>What that device signed.</summary>
    [Id(10)]
    public SignedResult? Result { get; init; }

    /// <summary>Why the platform does not look first itself; null where it did.</summary>
    [Id(11)]
    public string? Unable { get; init; }

    /// <summary>Whether it can look when no device does: it has only too much to do.</summary>
    [Id(12)]
    public bool PlatformCan { get; init; }

    /// <summary>Whether one device's word is not enough to accept the text.</summary>
    [Id(13)]
    public bool NeedsTwo { get; init; }

    /// <summary>Who may look, in the order that was drawn; empty where whoever comes may.</summary>
    [Id(14)]
    public IReadOnlyList<VerifierTurn> Turns { get; init; } = [];

    /// <summary>Whether the platform has looked first.</summary>
    public bool IsPlatformsOwn => Unable is null;

    /// <summary>Whether nobody has doubted the text so far.</summary>
    public bool IsUndoubted => First is null or { Stands: true };

    /// <summary>Whether another may be asked.</summary>
    public bool GoesOn => !IsOver
        && Heard.Count + Failed + (By is null ? 0 : 1) < AskedMax
        && Passed.Count < PassedMax;
}
