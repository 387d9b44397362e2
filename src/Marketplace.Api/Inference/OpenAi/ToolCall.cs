using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A call that the model wants made.</summary>
/// <param name="Id" example="call_01j9zq8k3v7r2m5x4c6b8n0t1w0">What the answer to it names.</param>
/// <param name="Type" example="function">Always <c>function</c>.</param>
/// <param name="Function">Which function, with what.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ToolCall(string Id, string Type, ToolCall.CalledFunction Function)
{
    public const string FunctionType = "function";

    /// <summary>A function and its arguments.</summary>
    /// <param name="Name" example="weather">Its name.</param>
    /// <param name="Arguments" example="{&quot;city&quot;:&quot;Bern&quot;}">JSON, as the model wrote it.</param>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    internal sealed record CalledFunction(string Name, string Arguments);
}
