using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// HTTP to receivers that may be hostile: an address is looked at when it is connected to, so that a name that changes
/// its mind gains nothing; redirects are not followed; nothing of an answer is kept but its status.
/// </summary>
internal sealed class WebhookChannel : IWebhookChannel, IDisposable
{
    /// <summary>Messages of all webhooks that are under way side by side; further ones wait.</summary>
    public const int SendsMax = 256;

    private const int ConnectionsPerServerMax = 8;
    private const int HeaderKilobytesMax = 16;

    /// <summary>Bytes of an answer that are read, and thrown away, to use the connection again.</summary>
    private const int AnswerBytesMax = 4_096;

    private static readonly HttpRequestOptionsKey<string> Owner = new("owner");
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLife = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(15);
    private static readonly ProductInfoHeaderValue Agent = new("Marketplace-Webhooks", "1");

    private readonly SemaphoreSlim _sends = new(SendsMax);
    private readonly NameLookups _lookups;
    private readonly HttpMessageInvoker _http;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _clock;

    public WebhookChannel(IOptions<WebhookOptions> options, NameLookups lookups, TimeProvider clock)
    {
        (_options, _lookups, _clock) = (options.Value, lookups, clock);
        _http = new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionLifetime = ConnectionLife,
            PooledConnectionIdleTimeout = ConnectionIdle,
            MaxConnectionsPerServer = ConnectionsPerServerMax,
            MaxResponseHeadersLength = HeaderKilobytesMax,
            MaxResponseDrainSize = AnswerBytesMax,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            ConnectCallback = Connect,
        });
    }

    public async Task<WebhookAnswer> Send(
        string owner, Uri url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel)
    {
        await _sends.WaitAsync(cancel);

        try
        {
            using var late = new CancellationTokenSource(_options.Timeout, _clock);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
            return await TrySend(owner, url, headers, body, ends.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new(null, $"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
        finally
        {
            _sends.Release();
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _sends.Dispose();
    }

    private async Task<WebhookAnswer> TrySend(
        string owner, Uri url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel)
    {
        if (!_options.AllowPrivate && url.Scheme != Uri.UriSchemeHttps)
        {
            return new(null, "its address is not https");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Options.Set(Owner, owner);
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.UserAgent.Add(Agent);

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        try
        {
            using var answer = await _http.SendAsync(request, cancel);
            var code = (int)answer.StatusCode;
            return new(code, answer.IsSuccessStatusCode ? null : $"answered {code}");
        }
        catch (HttpRequestException fault)
        {
            return fault.InnerException switch
            {
                LookupsBusyException busy => new(null, busy.Message) { IsUntried = true },
                PrivateAddressException refused => new(null, refused.Message),
                _ => new(null, $"no answer: {fault.HttpRequestError}"),
            };
        }
        catch (IOException)
        {
            return new(null, "no answer: it broke off");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // Whatever an address makes the libraries throw: with no answer written down it would be tried for ever.
            return new(null, $"cannot be sent to: {fault.GetType().Name}");
        }
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        context.InitialRequestMessage.Options.TryGetValue(Owner, out var owner);
        IPAddress[] allowed = [.. (await Lookup(owner ?? string.Empty, host, cancel)).Where(IsAllowed)];

        if (allowed.Length == 0)
        {
            throw new PrivateAddressException(host);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        try
        {
            await socket.ConnectAsync(allowed, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) => _options.AllowPrivate || PublicAddress.IsPublic(address);

    private async Task<IPAddress[]> Lookup(string owner, string host, CancellationToken cancel) =>
        IPAddress.TryParse(host, out var literal) ? [literal] : await _lookups.Find(owner, host, cancel);
}
