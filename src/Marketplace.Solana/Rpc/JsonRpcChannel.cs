using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Solana.Rpc;

/// <summary>One JSON-RPC call per HTTP request; every way to fail becomes a <see cref="SolanaRpcException"/>.</summary>
internal sealed class JsonRpcChannel(HttpClient http)
{
    private const int AnswerBytesMax = 16 * 1024 * 1024;

    private long _lastId;

    public async Task<T> CallAsync<T>(
        string method, JsonArray parameters, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var (status, body) = await SendAsync(method, Request(id, method, parameters), cancellationToken);

        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;

            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("error", out var error))
            {
                throw RpcJson.Error(method, status, error);
            }

            // A node must answer the question that was asked: a mixed-up reply could make one payout look paid by
            // another.
            if (status is >= 200 and < 300
                && root.TryGetProperty("id", out var answered)
                && answered.ValueKind == JsonValueKind.Number
                && answered.GetInt64() == id
                && root.TryGetProperty("result", out var result))
            {
                return read(result);
            }
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException
            or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new SolanaRpcException($"{method}: the answer cannot be read: {problem.Message}", problem)
            {
                HttpStatus = status,
            };
        }

        throw new SolanaRpcException($"{method}: HTTP {status} without a JSON-RPC answer.") { HttpStatus = status };
    }

    private static byte[] Request(long id, string method, JsonArray parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters,
        });

    private async Task<(int Status, ReadOnlyMemory<byte> Body)> SendAsync(
        string method, byte[] request, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(request);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, (Uri?)null) { Content = content };

        try
        {
            using var reply = await http.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await using var stream = await reply.Content.ReadAsStreamAsync(cancellationToken);
            return ((int)reply.StatusCode, await ReadAsync(method, stream, cancellationToken));
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException
            || (problem is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new SolanaRpcException($"{method}: the node cannot be reached: {problem.Message}", problem);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        string method, Stream stream, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];

        for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            if (body.Length + count > AnswerBytesMax)
            {
                throw new SolanaRpcException($"{method}: the answer is larger than {AnswerBytesMax} bytes.");
            }

            body.Write(buffer, 0, count);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
