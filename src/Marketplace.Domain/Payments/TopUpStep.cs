using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>What a top-up becomes, and what the books do with it in the same transaction.</summary>
/// <param name="Next">The top-up after it.</param>
public sealed record TopUpStep(TopUp Next)
{
    public IReadOnlyList<Journal> Journals { get; init; } = [];

    /// <summary>Refunds whose money is to be held.</summary>
    public IReadOnlyList<CardRefund> Held { get; init; } = [];

    /// <summary>Refunds whose holds the journals use up.</summary>
    public IReadOnlyList<CardRefund> Posted { get; init; } = [];

    /// <summary>Refunds whose holds are given back.</summary>
    public IReadOnlyList<CardRefund> Voided { get; init; } = [];

    /// <summary>Adds what another step does after this one.</summary>
    public TopUpStep Then(TopUpStep next) => new(next.Next)
    {
        Journals = [.. Journals, .. next.Journals],
        Held = [.. Held, .. next.Held],
        Posted = [.. Posted, .. next.Posted],
        Voided = [.. Voided, .. next.Voided],
    };
}
