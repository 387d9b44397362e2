using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <summary>Which request does what. An unknown path is 404, an unknown parameter 400.</summary>
internal sealed class StripeRoutes(StripeWorld world)
{
    private const int PageDefault = 10;
    private const int PageMax = 100;

    public JsonObject Answer(string method, string path, SimForm form) => world.Locked(() =>
    {
        world.Expire();
        var parts = path.Trim('/').Split('/');

        // Parts are v1, resource, id; checkout/sessions has one more.
        var (resource, id) = parts is ["v1", "checkout", "sessions", ..]
            ? ("checkout/sessions", parts.ElementAtOrDefault(3))
            : (parts.ElementAtOrDefault(1) ?? string.Empty, parts.ElementAtOrDefault(2));
        var made = (method, resource, id) switch
        {
            ("POST", "checkout/sessions", null) => world.CreateSession(form),
            ("POST", "payment_intents", null) => world.CreateIntent(form),
            ("POST", "refunds", null) => world.CreateRefund(form),
            ("POST", "disputes", { } dispute) => world.UpdateDispute(dispute, form),
            ("GET", "balance", null) => Balance(form),
            ("GET", _, null) => List(resource, form),
            ("GET", _, { } one) => One(resource, one, form),
            _ => throw Unknown(method, path),
        };

        var reply = (JsonObject)made.DeepClone();

        foreach (var expand in form.Expand)
        {
            Expand(reply, expand.Split('.'));
        }

        return reply;
    });

    private static SimException Unknown(string method, string path) => new(
        404, "invalid_request_error", null, $"Unrecognized request URL ({method}: {path}).");

    private static string KindOf(string resource) => resource switch
    {
        "checkout/sessions" => "checkout.session",
        "payment_intents" => "payment_intent",
        "charges" => "charge",
        "refunds" => "refund",
        "disputes" => "dispute",
        "balance_transactions" => "balance_transaction",
        "webhook_endpoints" => "webhook_endpoint",
        "events" => "event",
        _ => throw Unknown("GET", resource),
    };

    private JsonObject Balance(SimForm form)
    {
        form.Done();
        var sum = world.All("balance_transaction").Sum(line => line["net"]!.GetValue<long>());
        var amount = new JsonObject { ["amount"] = sum, ["currency"] = "usd" };
        return new() { ["object"] = "balance", ["livemode"] = false, ["available"] = new JsonArray(amount), ["pending"] = new JsonArray() };
    }

    private JsonObject One(string resource, string id, SimForm form)
    {
        form.Done();
        return KindOf(resource) == "event"
            ? world.Events.FirstOrDefault(one => one.Id == id)?.Json ?? throw SimException.Missing(id)
            : world.Find(KindOf(resource), id);
    }

    private JsonObject List(string resource, SimForm form)
    {
        var kind = KindOf(resource);
        var all = kind == "event" ? Events(form) : world.All(kind).AsEnumerable();
        var intent = kind is "refund" or "dispute" ? form.Find("payment_intent") : null;
        var limit = (int)Math.Min(form.FindNumber("limit") ?? PageDefault, PageMax);
        var since = form.FindNumber("created[gte]") ?? 0;
        var after = form.Find("starting_after");
        form.Done();

        var found = all
            .Where(one => one["created"]!.GetValue<long>() >= since)
            .Where(one => intent is null || one["payment_intent"]?.GetValue<string>() == intent)
            .Reverse()
            .ToList();
        var from = after is null ? 0 : found.FindIndex(one => one["id"]!.GetValue<string>() == after) + 1;
        var page = found.Skip(from).Take(limit).ToArray();

        return new()
        {
            ["object"] = "list",
            ["url"] = $"/v1/{resource}",
            ["has_more"] = from + page.Length < found.Count,
            ["data"] = new JsonArray([.. page.Select(one => one.DeepClone())]),
        };
    }

    private IEnumerable<JsonObject> Events(SimForm form)
    {
        var only = form.Find("delivery_success");
        return world.Events
            .Where(one => only is null || one.IsDelivered == (only is "true" or "True"))
            .Select(one => one.Json);
    }

    private void Expand(JsonObject at, ReadOnlySpan<string> path)
    {
        if (path.IsEmpty)
        {
            return;
        }

        switch (at[path[0]])
        {
            case JsonArray items:
                foreach (var item in items.OfType<JsonObject>())
                {
                    Expand(item, path[1..]);
                }

                break;
            case JsonValue id when id.TryGetValue<string>(out var text) && world.Knows(text):
                var found = (JsonObject)world.Find(text).DeepClone();
                at[path[0]] = found;
                Expand(found, path[1..]);
                break;
            case JsonObject inner:
                Expand(inner, path[1..]);
                break;
        }
    }
}
