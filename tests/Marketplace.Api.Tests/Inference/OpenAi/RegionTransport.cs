using System.Text;
using System.Text.Json.Nodes;

namespace Marketplace.Api.Tests.Inference.OpenAi;

/// <summary>Adds our extension to what OpenAI's client sends, so that only rigs of one region take it.</summary>
internal sealed class RegionTransport(string region) : DelegatingHandler(new SocketsHttpHandler())
{
    /// <summary>Header <c>x-job-id</c> of the last answer.</summary>
    public string? Job { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (request.Content is not null)
        {
            var body = JsonNode.Parse(await request.Content.ReadAsStringAsync(cancel))!;
            body["marketplace"] = new JsonObject { ["region"] = region };
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        var answer = await base.SendAsync(request, cancel);
        Job = answer.Headers.TryGetValues("x-job-id", out var ids) ? ids.Single() : null;
        return answer;
    }
}
