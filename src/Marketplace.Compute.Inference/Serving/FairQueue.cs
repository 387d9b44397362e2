namespace Marketplace.Compute.Inference.Serving;

/// <summary>
/// What waits, by tenant. The tenant that was served least goes next, its own in order of arrival. A tenant that comes
/// back is counted as the least served of those waiting, so that nobody saves up a claim by staying away: the virtual
/// token counter of Sheng et al. 2024. Used by one thread at a time.
/// </summary>
internal sealed class FairQueue<T>
{
    /// <summary>
    /// Tenants whose counts are kept. Above it those go that wait for nothing and were served least: they are lifted
    /// anyway when they come back.
    /// </summary>
    public const int TenantsMax = 16_384;

    private readonly Dictionary<string, Tenant> _tenants = new(StringComparer.Ordinal);
    private readonly SortedSet<Tenant> _waiting = [];
    private Tenant? _last;
    private long _arrivals;

    /// <summary>All that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Of one tenant.</summary>
    public int CountOf(string tenant) => _tenants.GetValueOrDefault(tenant)?.Items.Count ?? 0;

    /// <summary>What a tenant was served, in weighted tokens, lifts included.</summary>
    public long ServedOf(string tenant) => _tenants.GetValueOrDefault(tenant)?.Served ?? 0;

    public void Add(string name, T item) => Add(name, item, isFirst: false);

    /// <summary>Lets wait again what was taken before; of its tenant's it goes first.</summary>
    public void Return(string name, T item) => Add(name, item, isFirst: true);

    private void Add(string name, T item, bool isFirst)
    {
        var tenant = Of(name);
        Count++;

        if (tenant.Items.Count > 0)
        {
            _ = isFirst ? tenant.Items.AddFirst(item) : tenant.Items.AddLast(item);
            return;
        }

        var least = _waiting.Min?.Served ?? _last?.Served ?? 0;
        tenant.Served = Math.Max(tenant.Served, least);
        tenant.Arrival = _arrivals++;
        tenant.Items.AddLast(item);
        _waiting.Add(tenant);
    }

    /// <summary>What goes next; stays where it is until <see cref="Take"/>.</summary>
    public bool TryPeek(out T item)
    {
        var tenant = _waiting.Min;
        item = tenant is null ? default! : tenant.Items.First!.Value;
        return tenant is not null;
    }

    /// <summary>Removes what goes next.</summary>
    public void Take()
    {
        var tenant = _waiting.Min ?? throw new InvalidOperationException("nothing waits");
        tenant.Items.RemoveFirst();
        Left(tenant, 1);
    }

    /// <summary>A tenant was served so many weighted tokens.</summary>
    public void Charge(string name, long tokens)
    {
        var tenant = Of(name);

        if (tenant.Items.Count == 0)
        {
            // One that never waited here may compare as one that does.
            tenant.Served += tokens;
            return;
        }

        _waiting.Remove(tenant);
        tenant.Served += tokens;
        _waiting.Add(tenant);
    }

    /// <summary>Removes what is not wanted any more, and answers it.</summary>
    public List<T> RemoveAll(Predicate<T> unwanted)
    {
        var removed = new List<T>();

        foreach (var tenant in _waiting.ToList())
        {
            var before = removed.Count;

            for (var node = tenant.Items.First; node is not null;)
            {
                var next = node.Next;

                if (unwanted(node.Value))
                {
                    removed.Add(node.Value);
                    tenant.Items.Remove(node);
                }

                node = next;
            }

            Left(tenant, removed.Count - before);
        }

        return removed;
    }

    private void Left(Tenant tenant, int items)
    {
        Count -= items;

        if (tenant.Items.Count == 0)
        {
            _waiting.Remove(tenant);
            _last = tenant;
        }
    }

    private Tenant Of(string name)
    {
        if (!_tenants.TryGetValue(name, out var tenant))
        {
            if (_tenants.Count >= TenantsMax
                && _tenants.Values.Where(one => one.Items.Count == 0).MinBy(one => one.Served) is { } least)
            {
                _tenants.Remove(least.Name);
            }

            tenant = new(name);
            _tenants.Add(name, tenant);
        }

        return tenant;
    }

    private sealed class Tenant(string name) : IComparable<Tenant>
    {
        public string Name => name;

        public long Served { get; set; }

        /// <summary>When it began to wait, which decides between equals.</summary>
        public long Arrival { get; set; }

        public LinkedList<T> Items { get; } = new();

        public int CompareTo(Tenant? other) => other is null
            ? 1
            : (Served, Arrival).CompareTo((other.Served, other.Arrival));
    }
}
