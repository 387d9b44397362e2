namespace Marketplace.Grains.Tests.Rails;

/// <summary>
/// A settlement network that is no chain of accounts and signatures: it takes orders by name, each name once, and calls
/// them final after a while.
/// </summary>
internal sealed class MemoryBank(string name)
{
    public const string TreasuryAccount = "treasury";
    private const int FinalAfter = 12;

    private readonly Dictionary<string, long> _balances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _orders = new(StringComparer.Ordinal);
    private readonly List<Line> _statement = [];
    private long _now;
    private int _lost;

    /// <summary>Names the network; two of them have nothing in common.</summary>
    public string Name { get; } = name;

    public void Pass() => _now++;

    public void LoseSends() => _lost = 2;

    public long Of(string account) => _balances.GetValueOrDefault(account);

    public void Mint(string account, long micros) => _balances[account] = Of(account) + micros;

    /// <summary>All transfers or none; an order that is known already is not carried out again.</summary>
    /// <exception cref="IOException">The request or its answer was lost.</exception>
    public void Order(string id, IReadOnlyList<(string To, long Micros)> transfers)
    {
        var lost = _lost;
        _lost = Math.Max(0, _lost - 1);

        if (lost == 2)
        {
            throw new IOException("the request is lost");
        }

        if (_orders.TryAdd(id, _now))
        {
            foreach (var (to, micros) in transfers)
            {
                Mint(TreasuryAccount, -micros);
                Mint(to, micros);
            }
        }

        if (lost == 1)
        {
            throw new IOException("the answer is lost");
        }
    }

    /// <summary>Null when it is not known, else whether it is final.</summary>
    public bool? IsFinal(string id) => _orders.TryGetValue(id, out var at) ? _now - at >= FinalAfter : null;

    public void PayIn(long micros, string? reference)
    {
        Mint(TreasuryAccount, micros);
        _statement.Add(new Line($"in-{_statement.Count}", micros, reference, _now));
    }

    /// <summary>What came in and is final.</summary>
    public IEnumerable<Line> Final() => _statement.Where(line => _now - line.At >= FinalAfter);

    internal sealed record Line(string Id, long Micros, string? Reference, long At);
}
