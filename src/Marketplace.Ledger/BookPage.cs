using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Webhooks;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Ledger;

/// <summary>
/// The rows that a transaction has locked, in memory. Entries are judged here one after the other, each against what
/// the earlier ones left, and what stands is written afterwards in a few statements. The database holds the same rules
/// as constraints, so a mistake here is refused there.
/// </summary>
internal sealed class BookPage
{
    private readonly Dictionary<string, AccountRow> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<long, AccountRow> _accountsById = [];
    private readonly Dictionary<string, CommandRow> _commands = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HoldRow> _holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _receipts = new(StringComparer.Ordinal);

    public List<CommandRow> NewCommands { get; } = [];

    public List<NewReceipt> NewReceipts { get; } = [];

    public Dictionary<(string Kind, string Id), RegisterRow> Register { get; } = [];

    public Dictionary<string, NewMessage> Messages { get; } = new(StringComparer.Ordinal);

    public Dictionary<EventId, NewEvent> Events { get; } = [];

    public IEnumerable<AccountRow> ChangedAccounts => _accountsById.Values.Where(account => account.IsChanged);

    public IEnumerable<HoldRow> ChangedHolds => _holds.Values.Where(hold => hold.IsNew || hold.IsResolvedNow);

    public void Load(AccountRow account)
    {
        _accounts.Add(account.Name.Name, account);
        _accountsById.Add(account.Id, account);
    }

    public void Load(CommandRow command) => _commands.Add(command.Key, command);

    public void Load(HoldRow hold) => _holds.Add(hold.Id, hold);

    public void LoadReceipt(string id, string body) => _receipts.Add(id, Sha256(body));

    /// <summary>Judges one entry. The answer is asked for once sequence numbers are known.</summary>
    public Func<PostOutcome> Judge(PreparedEntry entry)
    {
        if (FindEarlier(entry) is { } earlier)
        {
            return earlier;
        }

        var ends = entry.Resolved.FirstOrDefault(id => _holds.GetValueOrDefault(id)?.State != HoldRow.Open);

        if (ends is not null)
        {
            return () => new PostOutcome.HoldNotOpen(ends);
        }

        if (FirstUncovered(entry) is { } uncovered)
        {
            return () => uncovered;
        }

        var changes = Changes(entry);

        if (FirstBelowFloor(changes) is { } refusal)
        {
            return () => refusal;
        }

        return Apply(entry, changes);
    }

    private static byte[] Sha256(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private Func<PostOutcome>? FindEarlier(PreparedEntry entry)
    {
        var found = entry.Journals
            .Select(journal => (journal, command: _commands.GetValueOrDefault(journal.Key)))
            .Where(pair => pair.command is not null)
            .Select(pair => (pair.journal, command: pair.command!))
            .ToArray();

        var other = found.FirstOrDefault(pair => !pair.command.Hash.AsSpan().SequenceEqual(pair.journal.Hash)).journal
            ?? (found.Length < entry.Journals.Count ? found.FirstOrDefault().journal : null);

        if (other is not null)
        {
            return () => new PostOutcome.Conflict(other.Key);
        }

        if (found.Length > 0)
        {
            return () => new PostOutcome.Exists(found.Max(pair => pair.command.Sequence));
        }

        var taken = entry.Entry.Holds.FirstOrDefault(IsOtherHold)?.Id
            ?? entry.Entry.Receipts.FirstOrDefault(IsOtherReceipt)?.Id.Value;

        if (taken is not null)
        {
            return () => new PostOutcome.Conflict(taken);
        }

        return HoldsStand(entry) ? () => new PostOutcome.Exists(0) : null;
    }

    private bool IsOtherHold(NewHold hold) => _holds.TryGetValue(hold.Id, out var there) && !there.Is(hold);

    private bool IsOtherReceipt(NewReceipt receipt) =>
        _receipts.TryGetValue(receipt.Id.Value, out var hash) && !hash.AsSpan().SequenceEqual(Sha256(receipt.Body));

    private bool HoldsStand(PreparedEntry entry) =>
        entry.Journals.Count == 0
        && entry.Entry.Holds.Count + entry.Entry.VoidHolds.Count > 0
        && entry.Entry.Holds.All(hold => _holds.ContainsKey(hold.Id))
        && entry.Entry.VoidHolds.All(id => _holds.TryGetValue(id, out var hold) && hold.State == HoldRow.Voided);

    private PostOutcome.Uncovered? FirstUncovered(PreparedEntry entry)
    {
        foreach (var cover in entry.Entry.Covers)
        {
            var account = _accounts[cover.Account.Name];
            var free = account.Name.Free(account.Balance, account.Held);

            if (free < cover.Free)
            {
                return new(account.Name, free, cover.Free);
            }
        }

        return null;
    }

    /// <summary>What the entry would change, holds first: what they release may be spent by its journals.</summary>
    private EntryChanges Changes(PreparedEntry entry)
    {
        var changes = new EntryChanges();

        foreach (var hold in entry.Entry.Holds.Where(hold => !_holds.ContainsKey(hold.Id)))
        {
            changes.Of(_accounts[hold.Account.Name]).Held += hold.Amount;
        }

        foreach (var hold in entry.Resolved.Select(id => _holds[id]))
        {
            changes.Of(_accountsById[hold.AccountId]).Held -= hold.Amount;
        }

        foreach (var journal in entry.Journals)
        {
            changes.Add(journal, name => _accounts[name.Name]);
        }

        return changes;
    }

    private static PostOutcome.Insufficient? FirstBelowFloor(EntryChanges changes)
    {
        foreach (var change in changes.Accounts.Where(change => change.Account.Name.Floored))
        {
            var account = change.Account;
            var before = account.Name.Free(account.Balance, account.Held);
            var after = change.Free;

            if (after < 0)
            {
                return new(account.Name, before, before - after);
            }
        }

        return null;
    }

    private Func<PostOutcome> Apply(PreparedEntry entry, EntryChanges changes)
    {
        CommandRow? last = null;

        foreach (var (journal, legs) in changes.Journals)
        {
            last = new(journal.Key, journal.Kind, journal.Hash);

            foreach (var leg in legs)
            {
                var account = _accounts[leg.Account.Name];
                account.Post(leg.Amount);
                last.Postings.Add(new(account.Id, leg.Amount, account.Balance, account.Version));
            }

            _commands.Add(last.Key, last);
            NewCommands.Add(last);
        }

        foreach (var change in changes.Accounts)
        {
            change.Account.HeldChange += change.Held;
        }

        foreach (var hold in entry.Entry.Holds.Where(hold => !_holds.ContainsKey(hold.Id)))
        {
            _holds.Add(hold.Id, new(hold.Id, _accounts[hold.Account.Name].Id, hold.Amount, HoldRow.Open)
            {
                AccountName = hold.Account.Name,
                IsNew = true,
            });
        }

        foreach (var id in entry.Resolved)
        {
            _holds[id].Resolve(entry.Entry.PostHolds.Contains(id, StringComparer.Ordinal) ? last : null);
        }

        foreach (var receipt in entry.Entry.Receipts.Where(receipt => !_receipts.ContainsKey(receipt.Id.Value)))
        {
            _receipts.Add(receipt.Id.Value, Sha256(receipt.Body));
            NewReceipts.Add(receipt);
        }

        foreach (var row in entry.Entry.Register)
        {
            Register[(row.Kind, row.Id)] = row;
        }

        foreach (var message in entry.Entry.Messages)
        {
            Messages.TryAdd(message.Id, message);
        }

        foreach (var told in entry.Entry.Events)
        {
            Events.TryAdd(told.Id, told);
        }

        return () => new PostOutcome.Posted(last?.Sequence ?? 0);
    }
}
