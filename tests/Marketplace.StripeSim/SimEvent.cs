using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <summary>Something that happened, as it is told to endpoints.</summary>
public sealed class SimEvent(JsonObject json)
{
    public string Id => json["id"]!.GetValue<string>();

    public string Type => json["type"]!.GetValue<string>();

    /// <summary>Whether an endpoint has taken it.</summary>
    public bool IsDelivered { get; set; }

    public JsonObject Json => json;

    public long Created => json["created"]!.GetValue<long>();

    /// <summary>The body that is sent, in another API version when asked so.</summary>
    public string Body(string? apiVersion = null)
    {
        if (apiVersion is null)
        {
            return json.ToJsonString();
        }

        var other = json.DeepClone();
        other["api_version"] = apiVersion;
        return other.ToJsonString();
    }
}
