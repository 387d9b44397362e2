using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace Marketplace.EndToEnd.Tests.Processes;

/// <summary>What a customer's own program does: JSON over HTTP with an API key.</summary>
internal sealed class RestClient(HttpClient http, string key)
{
    public string Key => key;

    public async Task<JsonNode> Get(string path, CancellationToken cancel) => await Json(HttpMethod.Get, path, null, cancel);

    public async Task<JsonNode> Post(string path, object body, CancellationToken cancel, string? idempotencyKey = null) =>
        await Json(HttpMethod.Post, path, JsonContent.Create(body), cancel, idempotencyKey);

    public async Task<JsonNode> Put(string path, object body, CancellationToken cancel) =>
        await Json(HttpMethod.Put, path, JsonContent.Create(body), cancel);

    public async Task Upload(string sha256, byte[] bytes, CancellationToken cancel)
    {
        using var answer = await Send(HttpMethod.Put, $"/v1/assets/{sha256}", new ByteArrayContent(bytes), cancel);
        await Check(answer, cancel);
    }

    public async Task<HttpStatusCode> Status(HttpMethod method, string path, CancellationToken cancel)
    {
        using var answer = await Send(method, path, null, cancel);
        return answer.StatusCode;
    }

    public async Task<byte[]> Bytes(string path, CancellationToken cancel)
    {
        using var answer = await Send(HttpMethod.Get, path, null, cancel);
        await Check(answer, cancel);
        return await answer.Content.ReadAsByteArrayAsync(cancel);
    }

    /// <summary>The events of a job as (type, id, data), to the end of the stream.</summary>
    public IAsyncEnumerable<(string Type, string? Id, JsonNode Data)> Events(
        string job, int after, CancellationToken cancel) => EventsAt($"/v1/jobs/{job}/events", after, cancel);

    /// <summary>The events of a render.</summary>
    public IAsyncEnumerable<(string Type, string? Id, JsonNode Data)> RenderEvents(
        string render, CancellationToken cancel) => EventsAt($"/v1/renders/{render}/events", 0, cancel);

    private async IAsyncEnumerable<(string Type, string? Id, JsonNode Data)> EventsAt(
        string path, int after, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Last-Event-ID", after.ToString(CultureInfo.InvariantCulture));
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        await Check(answer, cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancel);

        await foreach (var item in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync(cancel))
        {
            yield return (item.EventType, item.EventId, JsonNode.Parse(item.Data)!);
        }
    }

    private static async Task Check(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (!answer.IsSuccessStatusCode)
        {
            var body = await answer.Content.ReadAsStringAsync(cancel);
            throw new HttpRequestException(
                $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {body}", null, answer.StatusCode);
        }
    }

    private async Task<JsonNode> Json(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancel, string? idempotencyKey = null)
    {
        using var answer = await Send(method, path, body, cancel, idempotencyKey);
        await Check(answer, cancel);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, string path, HttpContent? body, CancellationToken cancel, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await http.SendAsync(request, cancel);
    }
}
