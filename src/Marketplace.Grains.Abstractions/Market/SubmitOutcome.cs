using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>What became of an order.</summary>
[GenerateSerializer, Immutable, Alias("SubmitOutcome")]
public abstract record SubmitOutcome
{
    private SubmitOutcome()
    {
    }

    /// <summary>Stored and funded; <c>Replayed</c> when this very order was there already.</summary>
    [GenerateSerializer, Immutable, Alias("SubmitOutcome.Accepted")]
    public sealed record Accepted([property: Id(0)] string Work, [property: Id(1)] bool Replayed) : SubmitOutcome
    {
        /// <summary>What to put into the books; null when it does not wait for a device.</summary>
        [Id(2)]
        public WorkTicket? Ticket { get; init; }
    }

    /// <summary>The balance does not cover the order; nothing was stored.</summary>
    [GenerateSerializer, Immutable, Alias("SubmitOutcome.NotEnoughMoney")]
    public sealed record NotEnoughMoney(
        [property: Id(0)] Usdc Needed,
        [property: Id(1)] Usdc Available) : SubmitOutcome;

    /// <summary>No device known to the market could ever take it.</summary>
    [GenerateSerializer, Immutable, Alias("SubmitOutcome.Unsatisfiable")]
    public sealed record Unsatisfiable([property: Id(0)] IReadOnlyList<WhyNot> Why) : SubmitOutcome;

    /// <summary>The idempotency key belongs to another order.</summary>
    [GenerateSerializer, Immutable, Alias("SubmitOutcome.KeyTaken")]
    public sealed record KeyTaken : SubmitOutcome;
}
