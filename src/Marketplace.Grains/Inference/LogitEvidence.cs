using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>
/// What a finding rests on that is a matter of numbers, so that others can be asked for theirs: two honest devices
/// differ a little, where a wrong chain, count or header is wrong for everybody.
/// </summary>
/// <param name="Thresholds">By how much honest devices of the kind differ.</param>
/// <param name="Positions">What the platform measured, as <see cref="MeasuredPosition.Encode"/> writes it.</param>
[GenerateSerializer, Immutable, Alias("LogitEvidence")]
public sealed record LogitEvidence(
    [property: Id(0)] LogitThresholds Thresholds, [property: Id(1)] byte[] Positions);
