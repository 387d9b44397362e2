using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Ledger.Tests.Simulation;

/// <summary>
/// A market of some customers and providers in which anything of the chart of events happens in any order, from one
/// seed; some of it twice, some of it again with another content.
/// </summary>
internal sealed partial class MarketSimulation
{
    private const int People = 6;
    private const int Remembered = 256;
    private const long Dollar = 1_000_000;
    private const long Cent = 10_000;

    private readonly Random _random;
    private readonly List<SimulatedStep> _past = [];
    private readonly AccountId[] _customers;
    private readonly ProviderId[] _providers;
    private readonly Func<SimulatedStep>[] _events;
    private int _counter;

    public MarketSimulation(int seed)
    {
        Seed = seed;
        _random = new(seed);
        _customers = [.. Enumerable.Range(0, People).Select(n => AccountId.From(PrefixedId.Derive("customer", $"{n}")))];
        _providers = [.. Enumerable.Range(0, People).Select(n => ProviderId.From(PrefixedId.Derive("provider", $"{n}")))];
        _events = [.. CardEvents(), .. WorkEvents(), .. ProviderEvents(), .. TreasuryEvents()];
    }

    public int Seed { get; }

    public ReferenceBook Reference { get; } = new();

    /// <summary>What the chain, the processor and the bank would say, by account.</summary>
    public Dictionary<string, long> Outside { get; } = new(StringComparer.Ordinal);

    /// <summary>The next thing that happens.</summary>
    public SimulatedStep Next()
    {
        if (_past.Count > 0 && Chance(8))
        {
            return Pick(_past);
        }

        var step = Pick(_events)();

        if (_past.Count == Remembered)
        {
            _past.RemoveAt(_random.Next(Remembered));
        }

        _past.Add(step);
        return step;
    }

    /// <summary>Minutes until the next step, so that a run of this many steps takes about a month.</summary>
    public TimeSpan Pause(int steps) => TimeSpan.FromMinutes(_random.NextDouble() * 2 * 30 * 24 * 60 / steps);

    private static Usdc Micros(long micros) => Usdc.FromMicros(micros);

    private static string Available(AccountId customer) => $"L:usdc:cust:{customer}:avail";

    private static string Promo(AccountId customer) => $"L:usdc:cust:{customer}:promo";

    private static string Owed(AccountId customer) => $"A:usdc:recv:{customer}";

    private static string Frozen(AccountId customer) => $"L:usdc:cust:{customer}:disputed";

    private static string Escrow(string work) => $"L:usdc:escrow:{work}";

    private static string Accrued(ProviderId provider) => $"L:usdc:prov:{provider}:accrued";

    private static string Payable(ProviderId provider) => $"L:usdc:prov:{provider}:payable";

    private static string Bond(ProviderId provider) => $"L:usdc:prov:{provider}:bond";

    private static string Advance(ProviderId provider) => $"A:usdc:advance:{provider}";

    /// <summary>The rule beside the table: a debt is settled before anything may be spent.</summary>
    private static void ToCustomer(ReferenceBook.Draft draft, AccountId customer, long amount)
    {
        var settled = Math.Min(amount, draft.Free(Owed(customer)));
        draft.Change(Owed(customer), -settled);
        draft.Change(Available(customer), -(amount - settled));
    }

    private static SimulatedStep Step(
        string key, Entry entry, string content, Action<ReferenceBook.Draft> moves, Action? then = null) =>
        new(key, entry, book => book.Post(key, content, [], moves), then);

    private static SimulatedStep Using(
        string key, Entry entry, string content, string[] holds, Action<ReferenceBook.Draft> moves, Action? then = null) =>
        new(key, entry, book => book.Post(key, content, holds, moves), then);

    private string Name(string prefix) => $"{prefix}s{Seed}n{++_counter}";

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private AccountId Customer() => Pick(_customers);

    private ProviderId Provider() => Pick(_providers);

    /// <summary>Mostly a part of what is there; now and then more than that.</summary>
    private long Some(long of) => of <= 0 || Chance(5) ? _random.NextInt64(1, 50 * Dollar) : _random.NextInt64(1, of + 1);

    private void Outer(string account, long change) => Outside[account] = Outside.GetValueOrDefault(account) + change;
}
