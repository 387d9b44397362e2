using System.Runtime.CompilerServices;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>An entry that was checked: what is wrong with it here is a bug of the caller, not a refusal.</summary>
internal sealed class PreparedEntry
{
    /// <summary>Journals, holds, register rows and receipts of one entry, each.</summary>
    public const int PartsMax = 256;

    /// <summary>Longest key of a journal and longest id of a hold.</summary>
    public const int KeyLengthMax = 200;

    /// <summary>Longest detail of a row of the register.</summary>
    public const int DetailLengthMax = 4_000;

    private PreparedEntry(Entry entry, IReadOnlyList<PreparedJournal> journals, IReadOnlyList<LedgerAccount> accounts)
    {
        Entry = entry;
        Journals = journals;
        Accounts = accounts;
    }

    public Entry Entry { get; }

    public IReadOnlyList<PreparedJournal> Journals { get; }

    /// <summary>Every account that journals, new holds and covers name.</summary>
    public IReadOnlyList<LedgerAccount> Accounts { get; }

    /// <summary>Holds that end with this entry.</summary>
    public IEnumerable<string> Resolved => Entry.PostHolds.Concat(Entry.VoidHolds);

    /// <exception cref="ArgumentException">The entry is malformed; the message says where.</exception>
    public static PreparedEntry From(Entry entry)
    {
        int[] sizes =
        [
            entry.Journals.Count, entry.Holds.Count, entry.PostHolds.Count, entry.VoidHolds.Count, entry.Register.Count,
            entry.Receipts.Count, entry.Messages.Count, entry.Covers.Count, entry.Events.Count,
        ];

        Check(sizes.Max() <= PartsMax, $"An entry has at most {PartsMax} parts of a kind, not {sizes.Max()}.");

        var journals = entry.Journals.Where(journal => !journal.IsEmpty).Select(PreparedJournal.From).ToArray();
        CheckUnique(journals.Select(journal => journal.Key), "journal");
        CheckUnique(entry.Holds.Select(hold => hold.Id), "hold");
        CheckUnique(entry.PostHolds.Concat(entry.VoidHolds).Concat(entry.Holds.Select(hold => hold.Id)), "hold");
        CheckUnique(entry.Register.Select(row => $"{row.Kind}/{row.Id}"), "row of the register");
        CheckUnique(entry.Messages.Select(message => message.Id), "message");
        CheckUnique(entry.Receipts.Select(receipt => receipt.Id.Value), "receipt");
        Check(
            entry.PostHolds.Count == 0 || journals.Length > 0,
            "Holds are posted by a journal; without one, void them.");

        foreach (var hold in entry.Holds)
        {
            Check(hold.Amount is > 0 and <= PreparedJournal.AmountMax, $"Hold {hold.Id}: {hold.Amount} is no amount.");
            Check(hold.Account.Floored, $"Hold {hold.Id}: {hold.Account} has no floor, a hold reserves nothing there.");
        }

        foreach (var cover in entry.Covers)
        {
            Check(cover.Free is > 0 and <= PreparedJournal.AmountMax, $"Cover of {cover.Free} is no amount.");
            Check(cover.Account.Floored, $"{cover.Account} has no floor, nothing is free there.");
        }

        foreach (var row in entry.Register)
        {
            Check(
                row.Detail.Length <= DetailLengthMax,
                $"Register {row.Kind}/{row.Id}: detail of {row.Detail.Length} characters.");
        }

        foreach (var message in entry.Messages)
        {
            Check(
                message.Payload.Length <= NewMessage.PayloadLengthMax,
                $"Message {message.Id}: payload of {message.Payload.Length} characters.");
        }

        var accounts = journals.SelectMany(journal => journal.Accounts)
            .Concat(entry.Holds.Select(hold => hold.Account))
            .Concat(entry.Covers.Select(cover => cover.Account))
            .Distinct();

        return new(entry, journals, [.. accounts]);
    }

    internal static void Check(
        bool isRight, [InterpolatedStringHandlerArgument(nameof(isRight))] ref Complaint otherwise)
    {
        if (!isRight)
        {
            throw new ArgumentException(otherwise.Text());
        }
    }

    internal static void Check(bool isRight, string otherwise) => Check(isRight, $"{otherwise}");

    private static void CheckUnique(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);

        foreach (var name in names)
        {
            Check(
                name.Length is > 0 and <= KeyLengthMax,
                $"'{name}' is no name of a {what}: 1 to {KeyLengthMax} characters.");
            Check(seen.Add(name), $"The {what} {name} stands twice in one entry.");
        }
    }
}
