using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NSec.Cryptography;

namespace Marketplace.Agent.Tests.Market;

/// <summary>A market on loopback with the real wire and no books: it hands out orders and notes what comes back.</summary>
internal sealed partial class FakeMarket : IAsyncDisposable
{
    public const string Code = "code-of-the-test";
    public const string DeviceId = "dev_test";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<WorkOrderMessage> _orders = new();
    private readonly ConcurrentDictionary<string, HubCallerContext> _sockets = new();
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new();
    private readonly HashSet<string> _nonces = [];
    private readonly HashSet<string> _tokens = [];
    private byte[]? _publicKey;

    private FakeMarket(WebApplication app) => _app = app;

    public Uri Url { get; private set; } = null!;

    public EnrolRequest? Enrolled { get; private set; }

    /// <summary>Whether sockets are accepted.</summary>
    public bool HasHub { get; set; } = true;

    /// <summary>Bytes after which the first answer for a blob breaks off.</summary>
    public int? CutBlobAfter { get; set; }

    public TimeSpan SessionLife { get; set; } = TimeSpan.FromMinutes(10);

    public int Sessions => _tokens.Count;

    /// <summary>Called for each tokens message before it is answered.</summary>
    public Func<TokensMessage, DeliverReply> OnTokens { get; set; } = _ => DeliverReply.Accepted;

    /// <summary>Called for the answer to a unit.</summary>
    public Func<UnitDoneMessage, DeliverReply> OnUnit { get; set; } = _ => DeliverReply.Accepted;

    /// <summary>Called for what to send again.</summary>
    public Func<TokensMessage, int?> ResendFrom { get; set; } = _ => null;

    /// <summary>Called for the answer to a heartbeat.</summary>
    public Func<HeartbeatMessage, string[]> OnHeartbeat { get; set; } = _ => [];

    /// <summary>What the rig should keep loaded.</summary>
    public Func<ModelsMessage, KeepModelMessage[]> OnModels { get; set; } = _ => [];

    public Channel<ModelsMessage> Models { get; } = Channel.CreateUnbounded<ModelsMessage>();

    public ConcurrentQueue<long> BlobOffsets { get; } = new();

    /// <summary>The works that requests for blobs named, joined by commas.</summary>
    public ConcurrentQueue<string> BlobWorks { get; } = new();

    public Channel<TextDoneMessage> Texts { get; } = Channel.CreateUnbounded<TextDoneMessage>();

    public Channel<EmbeddingDoneMessage> Embeddings { get; } = Channel.CreateUnbounded<EmbeddingDoneMessage>();

    public Channel<AuditDoneMessage> Audits { get; } = Channel.CreateUnbounded<AuditDoneMessage>();

    public Channel<UnitDoneMessage> Units { get; } = Channel.CreateUnbounded<UnitDoneMessage>();

    public Channel<TokensMessage> Tokens { get; } = Channel.CreateUnbounded<TokensMessage>();

    public Channel<FailedMessage> Failures { get; } = Channel.CreateUnbounded<FailedMessage>();

    public Channel<HeartbeatMessage> Heartbeats { get; } = Channel.CreateUnbounded<HeartbeatMessage>();

    public Channel<string> Connections { get; } = Channel.CreateUnbounded<string>();

    /// <summary>How each call came: its hub method, or its route.</summary>
    public ConcurrentQueue<string> Ways { get; } = new();

    public static async Task<FakeMarket> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services
            .AddSignalR(hub => hub.MaximumReceiveMessageSize = AgentRoutes.HubMessageBytesMax)
            .AddMessagePackProtocol();

        FakeMarket? market = null;
        builder.Services.AddSingleton(_ => market!);
        var app = builder.Build();
        market = new FakeMarket(app);
        market.Map();
        await app.StartAsync();
        market.Url = new Uri(app.Urls.First() + "/");

        return market;
    }

    public void Offer(WorkOrderMessage order) => _orders.Enqueue(order);

    public string AddBlob(byte[] bytes)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _blobs[sha256] = bytes;

        return sha256;
    }

    /// <summary>Serves these bytes under a hash that is not theirs.</summary>
    public void AddLyingBlob(string sha256, byte[] bytes) => _blobs[sha256] = bytes;

    public byte[]? Blob(string sha256) => _blobs.GetValueOrDefault(sha256);

    public void CutSockets()
    {
        foreach (var socket in _sockets.Values)
        {
            socket.Abort();
        }
    }

    public Task HintWork() => Hub.Clients.All.SendAsync(HubMethods.WorkWaiting);

    public Task HintAbandon(string attempt) => Hub.Clients.All.SendAsync(HubMethods.Abandon, attempt);

    public WorkOrderMessage? Take() => _orders.TryDequeue(out var order) ? order : null;

    public async ValueTask DisposeAsync()
    {
        CutSockets();
        await _app.DisposeAsync();
    }

    internal bool Knows(string? bearer)
    {
        lock (_tokens)
        {
            return bearer is not null && _tokens.Contains(bearer);
        }
    }

    internal void Opened(HubCallerContext socket)
    {
        _sockets[socket.ConnectionId] = socket;
        Connections.Writer.TryWrite(socket.ConnectionId);
    }

    internal void Closed(HubCallerContext socket) => _sockets.TryRemove(socket.ConnectionId, out _);

    internal DeliverReply Heard(TokensMessage message)
    {
        var reply = OnTokens(message);
        Tokens.Writer.TryWrite(message);

        return reply;
    }

    internal KeepModelMessage[] Heard(ModelsMessage message)
    {
        Models.Writer.TryWrite(message);
        return OnModels(message);
    }

    internal string[] Heard(HeartbeatMessage message)
    {
        Heartbeats.Writer.TryWrite(message);
        return OnHeartbeat(message);
    }

    private IHubContext<FakeHub> Hub => _app.Services.GetRequiredService<IHubContext<FakeHub>>();

    private EnrolResponse? Enrol(EnrolRequest request)
    {
        if (request.Code != Code)
        {
            return null;
        }

        Enrolled = request;
        _publicKey = Convert.FromBase64String(request.PublicKey);

        return new EnrolResponse(DeviceId, "prv_test");
    }

    private ChallengeResponse Challenge()
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        lock (_nonces)
        {
            _nonces.Add(nonce);
        }

        return new ChallengeResponse(nonce);
    }

    private SessionResponse? Session(SessionRequest request)
    {
        lock (_nonces)
        {
            if (!_nonces.Remove(request.Nonce))
            {
                return null;
            }
        }

        var key = PublicKey.Import(SignatureAlgorithm.Ed25519, _publicKey, KeyBlobFormat.RawPublicKey);
        var signed = SessionKeeper.SignedBytes(request.DeviceId, Convert.FromBase64String(request.Nonce));

        if (!SignatureAlgorithm.Ed25519.Verify(key, signed, Convert.FromBase64String(request.Signature)))
        {
            return null;
        }

        var token = Guid.NewGuid().ToString("N");

        lock (_tokens)
        {
            _tokens.Add(token);
        }

        return new SessionResponse(token, TimeProvider.System.GetUtcNow() + SessionLife);
    }
}
