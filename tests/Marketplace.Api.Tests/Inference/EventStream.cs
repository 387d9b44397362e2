using System.Text.Json;

namespace Marketplace.Api.Tests.Inference;

/// <summary>Reads server-sent events line by line.</summary>
internal sealed class EventStream(StreamReader lines) : IDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    public int Comments { get; private set; }

    public static async Task<EventStream> Open(MarketClient client, string path, int? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);

        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", $"{lastEventId}");
        }

        var answer = await client.Http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        return new(new StreamReader(await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)));
    }

    /// <summary>The next event, or null at the end; comments are counted.</summary>
    public async Task<(string Name, string? Id, JsonElement Data)?> Next()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(WaitMax);
        var (name, id, data) = (string.Empty, default(string), default(JsonElement));

        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.StartsWith(':'))
            {
                Comments++;
            }
            else if (line.Length == 0 && name.Length > 0)
            {
                return (name, id, data);
            }
            else if (line.Split(": ", 2) is [var field, var value])
            {
                name = field == "event" ? value : name;
                id = field == "id" ? value : id;
                data = field == "data" ? JsonDocument.Parse(value).RootElement : data;
            }
        }

        return null;
    }

    /// <summary>The next event of this name; others are passed over.</summary>
    public async Task<(string? Id, JsonElement Data)> Next(string name)
    {
        while (await Next() is { } found)
        {
            if (found.Name == name)
            {
                return (found.Id, found.Data);
            }
        }

        throw new InvalidOperationException($"The stream ended before an event '{name}'.");
    }

    public void Dispose() => lines.Dispose();
}
