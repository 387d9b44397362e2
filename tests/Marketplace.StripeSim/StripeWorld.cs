using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <summary>
/// Everything that this Stripe knows: objects by id, lists by kind in the order of their making, and events. One lock
/// guards it; the clock is the test's.
/// </summary>
public sealed partial class StripeWorld(TimeProvider clock)
{
    public const string ApiVersion = "2026-10-28.endive";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<JsonObject>> _lists = new(StringComparer.Ordinal);
    private readonly List<SimEvent> _events = [];
    private int _made;

    /// <summary>Refunds stay pending until <see cref="SettleRefund"/>.</summary>
    public bool RefundsPend { get; set; }

    /// <summary>What the account has, in cents.</summary>
    public long BalanceCents => Locked(() => All("balance_transaction").Sum(line => line["net"]!.GetValue<long>()));

    public IReadOnlyList<SimEvent> Events => Locked<IReadOnlyList<SimEvent>>(() => [.. _events]);

    /// <summary>A copy of an object as it is now.</summary>
    public JsonObject Get(string id) => Locked(() => (JsonObject)Find(id).DeepClone());

    /// <summary>Copies of all objects of a kind, oldest first.</summary>
    public IReadOnlyList<JsonObject> Every(string kind) =>
        Locked<IReadOnlyList<JsonObject>>(() => [.. All(kind).Select(one => (JsonObject)one.DeepClone())]);

    internal T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }

    internal long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    internal JsonObject Find(string id) => _objects.GetValueOrDefault(id) ?? throw SimException.Missing(id);

    internal JsonObject Find(string kind, string id) =>
        Find(id) is { } found && found["object"]!.GetValue<string>() == kind ? found : throw SimException.Missing(id);

    internal bool Knows(string id) => _objects.ContainsKey(id);

    internal IReadOnlyList<JsonObject> All(string kind) => _lists.GetValueOrDefault(kind) ?? [];

    internal JsonObject Add(string prefix, string kind, JsonObject fields)
    {
        var id = $"{prefix}_{++_made:000000}";
        var made = new JsonObject { ["id"] = id, ["object"] = kind, ["created"] = Now, ["livemode"] = false };

        foreach (var (name, value) in fields)
        {
            made[name] = value?.DeepClone();
        }

        _objects.Add(id, made);

        if (!_lists.TryGetValue(kind, out var list))
        {
            _lists.Add(kind, list = []);
        }

        list.Add(made);
        return made;
    }

    internal void Tell(string type, JsonObject about) => _events.Add(new(new JsonObject
    {
        ["id"] = $"evt_{++_made:000000}",
        ["object"] = "event",
        ["api_version"] = ApiVersion,
        ["created"] = Now,
        ["data"] = new JsonObject { ["object"] = about.DeepClone() },
        ["livemode"] = false,
        ["pending_webhooks"] = 1,
        ["request"] = null,
        ["type"] = type,
    }));

    internal JsonObject Line(string type, long amount, long fee, string source, string description) => Add(
        "txn",
        "balance_transaction",
        new()
        {
            ["amount"] = amount,
            ["fee"] = fee,
            ["net"] = amount - fee,
            ["currency"] = "usd",
            ["type"] = type,
            ["reporting_category"] = type,
            ["source"] = source,
            ["status"] = "available",
            ["available_on"] = Now,
            ["description"] = description,
            ["fee_details"] = new JsonArray(),
        });
}
