using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Ledger;

/// <summary>
/// What one transaction of the books does. Its identity is its journals: with all of them in the books already nothing
/// more is written; with some of them, or another content under a key, it is a conflict. A journal without legs says
/// that nothing moves and is left out. Without journals the holds decide: all of them as wanted already means that it
/// stands.
/// </summary>
public sealed record Entry
{
    public IReadOnlyList<Journal> Journals { get; init; } = [];

    /// <summary>Reserved for later: counts against the floor of its account until posted or voided.</summary>
    public IReadOnlyList<NewHold> Holds { get; init; } = [];

    /// <summary>Holds that this entry uses up: each must be open, and each ends once only.</summary>
    public IReadOnlyList<string> PostHolds { get; init; } = [];

    /// <summary>Holds that are given back.</summary>
    public IReadOnlyList<string> VoidHolds { get; init; } = [];

    /// <summary>What must be free elsewhere, in the same transaction, for this entry to be written.</summary>
    public IReadOnlyList<Cover> Covers { get; init; } = [];

    /// <summary>Rows of the register to write, in the same transaction.</summary>
    public IReadOnlyList<RegisterRow> Register { get; init; } = [];

    /// <summary>Receipts to write, in the same transaction.</summary>
    public IReadOnlyList<NewReceipt> Receipts { get; init; } = [];

    /// <summary>Messages for the outside to write, in the same transaction.</summary>
    public IReadOnlyList<NewMessage> Messages { get; init; } = [];

    /// <summary>
    /// Events for webhooks to write, in the same transaction, beside those that changes of the register are.
    /// </summary>
    public IReadOnlyList<NewEvent> Events { get; init; } = [];

    public static Entry Of(params IReadOnlyList<Journal> journals) => new() { Journals = journals };
}
