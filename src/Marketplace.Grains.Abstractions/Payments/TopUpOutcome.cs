using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>What became of a wish to top up.</summary>
[GenerateSerializer, Immutable, Alias("TopUpOutcome")]
public abstract record TopUpOutcome
{
    private TopUpOutcome()
    {
    }

    /// <summary>Stored; it can be paid once it is open.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] TopUp TopUp) : TopUpOutcome;

    /// <summary>Cards are not taken here.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.Off")]
    public sealed record Off : TopUpOutcome;

    /// <summary>The idempotency key belongs to another request.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.KeyTaken")]
    public sealed record KeyTaken : TopUpOutcome;

    /// <summary>Outside the bounds.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.OutOfBounds")]
    public sealed record OutOfBounds(
        [property: Id(0)] Cents Minimum, [property: Id(1)] Cents Maximum) : TopUpOutcome;

    /// <summary>Too many in an hour.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.TooMany")]
    public sealed record TooMany(
        [property: Id(0)] int PerHour, [property: Id(1)] DateTimeOffset Until) : TopUpOutcome;

    /// <summary>More than a limit of young accounts leaves: <c>first-top-up</c> or <c>new-account</c>.</summary>
    [GenerateSerializer, Immutable, Alias("TopUpOutcome.AboveLimit")]
    public sealed record AboveLimit(
        [property: Id(0)] string Limit, [property: Id(1)] Cents Cap, [property: Id(2)] Cents Left) : TopUpOutcome;
}
