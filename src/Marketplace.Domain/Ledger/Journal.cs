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
    /// <summary>SHA-256 over kind and merged legs in account order: what a repeat is compared with.</summary>
    public byte[] RequestHash()
    {
        var text = new StringBuilder(Kind);

        foreach (var leg in Legs.GroupBy(leg => leg.Account).OrderBy(legs => legs.Key.Name, StringComparer.Ordinal))
        {
            text.Append('\n').Append(leg.Key.Name).Append(' ').Append(leg.Sum(part => part.Amount));
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Moves an amount: debits one account and credits the other.</summary>
    public static IEnumerable<Leg> Move(LedgerAccount debit, LedgerAccount credit, Usdc amount) =>
        amount == Usdc.Zero ? [] : [new(debit, amount.Micros), new(credit, -amount.Micros)];
}
