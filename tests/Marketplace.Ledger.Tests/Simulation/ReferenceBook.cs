namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>
/// The books as a few dictionaries, written from the chart of events and sharing nothing with the product but account
/// names. It answers what the product has to answer.
/// </summary>
internal sealed class ReferenceBook
{
    private readonly Dictionary<string, long> _balances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _journals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReferenceHold> _holds = new(StringComparer.Ordinal);

    public int Journals => _journals.Count;

    /// <summary>Every account that was ever touched; debit positive.</summary>
    public IReadOnlyDictionary<string, long> Balances => _balances;

    public long Held(string account) => _held.GetValueOrDefault(account);

    /// <summary>What may be taken: the balance with its natural sign, less what is held.</summary>
    public long Free(string account) =>
        (account[0] is 'A' or 'X' ? Of(account) : -Of(account)) - Held(account);

    public long Of(string account) => _balances.GetValueOrDefault(account);

    public bool HasPosted(string key) => _journals.ContainsKey(key);

    /// <summary>One journal, and the holds that it uses up.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">What was asked for; a repeat must ask for the same.</param>
    /// <param name="holds">Ids.</param>
    /// <param name="moves">What it does, told when it is allowed to.</param>
    public string Post(string key, string content, IReadOnlyList<string> holds, Action<Draft> moves)
    {
        if (_journals.TryGetValue(key, out var there))
        {
            return there == content ? nameof(PostOutcome.Exists) : nameof(PostOutcome.Conflict);
        }

        if (holds.Any(id => !_holds.TryGetValue(id, out var hold) || hold.State != "open"))
        {
            return nameof(PostOutcome.HoldNotOpen);
        }

        var draft = new Draft(this);

        foreach (var hold in holds.Select(id => _holds[id]))
        {
            draft.Release(hold.Account, hold.Amount);
        }

        moves(draft);

        if (draft.IsEmpty)
        {
            return nameof(PostOutcome.Posted);
        }

        if (!draft.StaysAboveFloors())
        {
            return nameof(PostOutcome.Insufficient);
        }

        draft.Keep();
        _journals.Add(key, content);

        foreach (var id in holds)
        {
            _holds[id] = _holds[id] with { State = "posted" };
        }

        return nameof(PostOutcome.Posted);
    }

    public string Hold(params ReferenceHold[] wanted)
    {
        var there = wanted.Where(hold => _holds.ContainsKey(hold.Id)).ToArray();

        if (there.Any(hold => _holds[hold.Id] with { State = "open" } != hold))
        {
            return nameof(PostOutcome.Conflict);
        }

        if (there.Length == wanted.Length)
        {
            return nameof(PostOutcome.Exists);
        }

        var draft = new Draft(this);

        foreach (var hold in wanted.Except(there))
        {
            draft.Release(hold.Account, -hold.Amount);
        }

        if (!draft.StaysAboveFloors())
        {
            return nameof(PostOutcome.Insufficient);
        }

        draft.Keep();

        foreach (var hold in wanted.Except(there))
        {
            _holds.Add(hold.Id, hold);
        }

        return nameof(PostOutcome.Posted);
    }

    public string Void(params string[] ids)
    {
        if (ids.All(id => _holds.TryGetValue(id, out var hold) && hold.State == "voided"))
        {
            return nameof(PostOutcome.Exists);
        }

        if (ids.Any(id => !_holds.TryGetValue(id, out var hold) || hold.State != "open"))
        {
            return nameof(PostOutcome.HoldNotOpen);
        }

        foreach (var id in ids)
        {
            _held[_holds[id].Account] -= _holds[id].Amount;
            _holds[id] = _holds[id] with { State = "voided" };
        }

        return nameof(PostOutcome.Posted);
    }

    /// <summary>A journal in the making.</summary>
    public sealed class Draft(ReferenceBook book)
    {
        private readonly Dictionary<string, long> _changes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, long> _released = new(StringComparer.Ordinal);

        public bool IsEmpty => _changes.Count == 0;

        public void Release(string account, long amount) =>
            _released[account] = _released.GetValueOrDefault(account) + amount;

        /// <summary>Debits the first account and credits the second.</summary>
        public void Move(string debit, string credit, long amount)
        {
            Change(debit, amount);
            Change(credit, -amount);
        }

        public void Change(string account, long amount)
        {
            if (amount != 0)
            {
                _changes[account] = _changes.GetValueOrDefault(account) + amount;
            }
        }

        public long Free(string account) => book.Free(account) + _released.GetValueOrDefault(account);

        public bool StaysAboveFloors() => _changes.Keys.Concat(_released.Keys).Distinct(StringComparer.Ordinal).All(account =>
        {
            var isFloored = account[0] is 'A' or 'L' && account is not ("A:usd:stripe" or "A:usd:bank");
            var change = _changes.GetValueOrDefault(account);
            return !isFloored || Free(account) + (account[0] == 'A' ? change : -change) >= 0;
        });

        public void Keep()
        {
            if (_changes.Where(change => change.Key.Contains(":usdc:", StringComparison.Ordinal)).Sum(change => change.Value) != 0)
            {
                throw new InvalidOperationException("The reference itself does not balance.");
            }

            foreach (var (account, amount) in _changes)
            {
                book._balances[account] = book.Of(account) + amount;
            }

            foreach (var (account, amount) in _released)
            {
                book._held[account] = book.Held(account) - amount;
            }
        }
    }
}
