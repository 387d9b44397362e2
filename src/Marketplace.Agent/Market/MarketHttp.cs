using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Marketplace.Agent.Market;

/// <summary>The market's HTTPS side: JSON calls and blobs.</summary>
internal sealed class MarketHttp : IDisposable
{
    /// <summary>Bytes of a JSON answer at most.</summary>
    private const int AnswerBytesMax = 4 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http;
    private readonly TimeSpan _callTimeout;

    public MarketHttp(Uri market, AgentOptions options)
    {
        Market = market;
        _callTimeout = options.CallTimeout;
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        {
            BaseAddress = market,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <summary>The market's base URL.</summary>
    public Uri Market { get; }

    /// <summary>Posts a body; null when the market answers that there is nothing (204).</summary>
    /// <exception cref="MarketRefusal">The market answered with an error.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    public async Task<TAnswer?> Post<TAnswer>(string route, object? body, string? token, CancellationToken cancel)
        where TAnswer : class
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(_callTimeout);

        try
        {
            using var request = Request(HttpMethod.Post, route, token);
            request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: Json);

            using var answer = await _http.SendAsync(request, timeout.Token);
            await ThrowUnlessOk(answer, timeout.Token);

            return answer.StatusCode == HttpStatusCode.NoContent
                ? null
                : await answer.Content.ReadFromJsonAsync<TAnswer>(Json, timeout.Token)
                    ?? throw new HttpRequestException($"{route}: the market's answer is empty.");
        }
        catch (JsonException fault)
        {
            throw new HttpRequestException($"{route}: the market's answer is no JSON of the protocol.", fault);
        }
        catch (OperationCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new HttpRequestException($"{route}: no answer within {_callTimeout.TotalSeconds:0} s.", fault);
        }
    }

    /// <summary>
    /// Asks for a blob from an offset on; the caller disposes of the answer, whose status is 200 or 206.
    /// </summary>
    public async Task<HttpResponseMessage> GetBlob(string route, long offset, string token, CancellationToken cancel)
    {
        using var request = Request(HttpMethod.Get, route, token);

        if (offset > 0)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
        }

        var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);

        try
        {
            await ThrowUnlessOk(answer, cancel);
        }
        catch
        {
            answer.Dispose();
            throw;
        }

        return answer;
    }

    /// <summary>Uploads a blob. Repeating it is harmless: the route is its hash.</summary>
    public async Task PutBlob(string route, ReadOnlyMemory<byte> bytes, string token, CancellationToken cancel)
    {
        using var request = Request(HttpMethod.Put, route, token);
        request.Content = new ReadOnlyMemoryContent(bytes);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");

        using var answer = await _http.SendAsync(request, cancel);
        await ThrowUnlessOk(answer, cancel);
    }

    public void Dispose() => _http.Dispose();

    private static HttpRequestMessage Request(HttpMethod method, string route, string? token)
    {
        var request = new HttpRequestMessage(method, route.TrimStart('/'));

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return request;
    }

    private static async Task ThrowUnlessOk(HttpResponseMessage answer, CancellationToken cancel)
    {
        if (answer.IsSuccessStatusCode)
        {
            return;
        }

        var problem = answer.Content.Headers.ContentType?.MediaType is "application/problem+json" or "application/json"
            ? await ReadProblem(answer, cancel)
            : default;

        throw new MarketRefusal(
            answer.StatusCode,
            problem.Code ?? "",
            problem.Detail ?? problem.Title ?? $"the market answered {(int)answer.StatusCode}");
    }

    private static async Task<(string? Code, string? Title, string? Detail)> ReadProblem(
        HttpResponseMessage answer, CancellationToken cancel)
    {
        try
        {
            using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));

            return json.RootElement.ValueKind == JsonValueKind.Object
                ? (Text(json, "code"), Text(json, "title"), Text(json, "detail"))
                : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
