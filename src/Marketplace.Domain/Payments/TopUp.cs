using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>
/// One payment by card with everything that became of it: refunds and disputes too. <see cref="TopUpCycle"/> moves it.
/// </summary>
[GenerateSerializer, Immutable, Alias("TopUp")]
public sealed record TopUp
{
    [Id(0)]
    public required TopUpId Id { get; init; }

    [Id(1)]
    public required AccountId Account { get; init; }

    /// <summary>What the customer was asked to pay.</summary>
    [Id(2)]
    public required Cents Asked { get; init; }

    [Id(3)]
    public required CardMethod Method { get; init; }

    [Id(4)]
    public required DateTimeOffset CreatedAt { get; init; }

    [Id(5)]
    public TopUpState State { get; init; }

    /// <summary>When the processor was first called; its idempotency key is good for a day from here.</summary>
    [Id(6)]
    public DateTimeOffset? FirstTriedAt { get; init; }

    /// <summary>The processor's page, such as <c>cs_…</c>.</summary>
    [Id(7)]
    public string? Session { get; init; }

    /// <summary>Where to pay.</summary>
    [Id(8)]
    public string? Url { get; init; }

    /// <summary>Such as <c>pi_…</c>; known at the latest when it is paid.</summary>
    [Id(9)]
    public string? PaymentIntent { get; init; }

    /// <summary>With it the customer's own page pays; of no use for anything else.</summary>
    [Id(10)]
    public string? ClientSecret { get; init; }

    /// <summary>What the processor received and the books credited.</summary>
    [Id(11)]
    public Cents Received { get; init; }

    [Id(12)]
    public DateTimeOffset? PaidAt { get; init; }

    /// <summary>The balance transaction whose fee is in the books.</summary>
    [Id(13)]
    public string? FeeTransaction { get; init; }

    [Id(14)]
    public IReadOnlyList<CardRefund> Refunds { get; init; } = [];

    [Id(15)]
    public IReadOnlyList<CardDispute> Disputes { get; init; } = [];

    /// <summary>What keeps it, for people.</summary>
    [Id(16)]
    public string? Trouble { get; init; }

    /// <summary>What may still be refunded of it, whatever the customer's balance is.</summary>
    public Cents Refundable
    {
        get
        {
            var taken = Refunds.Where(refund => refund.Takes).Sum(refund => refund.Amount.Value)
                + Disputes.Where(dispute => dispute.Takes).Sum(dispute => dispute.Amount.Value);
            return Cents.From(Math.Max(0, Received.Value - taken));
        }
    }
}
