using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// One business event of the books. The key is unique for ever: posting it again gives the first answer, and the same
/// key with another content is refused.
/// </summary>
/// <param name="Key">Such as <c>charge:job_…</c>; at most 200 characters.</param>
/// <param name="Kind">The event, such as <c>charge</c>.</param>
/// <param name="Legs">At least two; each asset sums to zero.</param>
[GenerateSerializer, Immutable, Alias("Journal")]
public sealed record Journal(
    [property: Id(0)] string Key, [property: Id(1)] string Kind, [property: Id(2)] IReadOnlyList<Leg> Legs)
{
    /// <summary>Parts that the book divides among accounts when it posts; usually none.</summary>
    [Id(3)]
    public IReadOnlyList<Waterfall> Waterfalls { get; init; } = [];

    /// <summary>True when nothing moves: such a journal is left out.</summary>
    public bool IsEmpty => Legs.Count + Waterfalls.Count == 0;

    /// <summary>
    /// SHA-256 over kind and merged legs in account order: what a repeat is compared with. A waterfall counts as one
    /// leg on its last account, whatever was in its way.
    /// </summary>
    public byte[] RequestHash()
    {
        var text = new StringBuilder(Kind);
        var asked = Legs.Concat(Waterfalls.Select(fall => new Leg(fall.Accounts[^1], fall.Amount)));

        foreach (var leg in asked.GroupBy(leg => leg.Account).OrderBy(legs => legs.Key.Name, StringComparer.Ordinal))
        {
            text.Append('\n').Append(leg.Key.Name).Append(' ').Append(leg.Sum(part => part.Amount));
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Moves an amount: debits one account and credits the other.</summary>
    public static IEnumerable<Leg> Move(LedgerAccount debit, LedgerAccount credit, Usdc amount) =>
        Move(debit, credit, amount.Micros);

    /// <summary>The same in dollars.</summary>
    public static IEnumerable<Leg> Move(LedgerAccount debit, LedgerAccount credit, Cents amount) =>
        Move(debit, credit, amount.MicroUsd);

    /// <summary>Debits one account, for a journal whose other side is a waterfall.</summary>
    public static IEnumerable<Leg> Debit(LedgerAccount account, Usdc amount) =>
        amount == Usdc.Zero ? [] : [new(account, amount.Micros)];

    /// <summary>Credits one account, for a journal whose other side is a waterfall.</summary>
    public static IEnumerable<Leg> Credit(LedgerAccount account, Usdc amount) =>
        amount == Usdc.Zero ? [] : [new(account, -amount.Micros)];

    private static IEnumerable<Leg> Move(LedgerAccount debit, LedgerAccount credit, long amount) =>
        amount == 0 ? [] : [new(debit, amount), new(credit, -amount)];
}
