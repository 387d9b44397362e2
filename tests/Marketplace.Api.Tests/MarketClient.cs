using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.Api.Tests;

/// <summary>A client of the REST surface that speaks raw JSON, as a stranger's script would.</summary>
public sealed class MarketClient(HttpClient http)
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan WaitStep = TimeSpan.FromMilliseconds(50);

    public HttpClient Http => http;

    public string Account { get; set; } = string.Empty;

    public string Key { get; set; } = string.Empty;

    public static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    public Task<JsonElement> Get(string path) => Expect(http.GetAsync(path, Cancel));

    public Task<JsonElement> Post(string path, object body, string? idempotencyKey = null) =>
        Expect(Send(HttpMethod.Post, path, JsonContent.Create(body), idempotencyKey));

    public Task<JsonElement> Put(string path, object body) => Expect(Send(HttpMethod.Put, path, JsonContent.Create(body)));

    public Task<JsonElement> Delete(string path) => Expect(http.DeleteAsync(path, Cancel));

    /// <summary>Uploads a file; answers its hash.</summary>
    public async Task<string> Upload(byte[] bytes)
    {
        var hash = Hash(bytes);
        await Expect(Send(HttpMethod.Put, $"/v1/assets/{hash}", new ByteArrayContent(bytes)));
        return hash;
    }

    /// <summary>The refusal's status and body.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Problem)> Refused(
        HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
    {
        using var content = body switch
        {
            null => null,
            HttpContent given => given,
            string text => new StringContent(text, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        using var answer = await Send(method, path, content, idempotencyKey);
        var problem = await Read(answer);

        Assert.False(answer.IsSuccessStatusCode, $"{method} {path} was not refused: {problem}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)answer.StatusCode, problem.GetProperty("status").GetInt32());
        return (answer.StatusCode, problem);
    }

    public Task<HttpResponseMessage> Send(
        HttpMethod method, string path, HttpContent? content = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };

        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return http.SendAsync(request, Cancel);
    }

    /// <summary>Asks again until the answer is as wanted; what it is tells the failure.</summary>
    public async Task<JsonElement> Until(string path, Func<HttpResponseMessage, bool> holds, string what)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(WaitMax);
        using var timer = new PeriodicTimer(WaitStep);

        while (true)
        {
            using var answer = await http.GetAsync(path, Cancel);

            if (holds(answer))
            {
                return await Read(answer);
            }

            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException late) when (!Cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"{what} was not so within {WaitMax}; {path} answers {answer.StatusCode}", late);
            }
        }
    }

    /// <summary>Asks again until the state is the wanted one.</summary>
    public Task<JsonElement> UntilState(string path, string state) =>
        UntilView(path, view => view.GetProperty("state").GetString() == state, $"state {state}");

    /// <summary>Asks again until the body is as wanted.</summary>
    public async Task<JsonElement> UntilView(string path, Func<JsonElement, bool> holds, string what)
    {
        var view = default(JsonElement);
        await Until(
            path,
            answer =>
            {
                using var body = answer.Content.ReadAsStream(Cancel);
                view = JsonDocument.Parse(body).RootElement;
                return holds(view);
            },
            what);
        return view;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<JsonElement> Expect(Task<HttpResponseMessage> sent)
    {
        using var answer = await sent;
        var body = await Read(answer);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {body}");
        return body;
    }

    private static async Task<JsonElement> Read(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }
}
