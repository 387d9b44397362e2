namespace Marketplace.Ledger;

/// <summary>
/// A line of the register: the index of everything that can be listed (jobs, devices, keys …), since grain state cannot
/// be searched. It can be rebuilt from the grains; it never decides anything.
/// </summary>
/// <param name="Kind">Such as <c>job</c>; see <see cref="RegisterKinds"/>.</param>
/// <param name="Id">The id within the kind.</param>
/// <param name="Owner">Whose it is: an account or provider id, or empty.</param>
/// <param name="State">Short word, such as <c>running</c>.</param>
/// <param name="Detail">A small JSON object for lists, at most 4,000 characters.</param>
/// <param name="DueAt">When somebody must look at it again, or null when nobody needs to.</param>
public sealed record RegisterRow(
    string Kind, string Id, string Owner, string State, string Detail, DateTimeOffset? DueAt)
{
    /// <summary>Place in the list; set when read. A new row gets the next number and keeps it.</summary>
    public long Sequence { get; init; }

    /// <summary>When the row was first written; set when read.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}
