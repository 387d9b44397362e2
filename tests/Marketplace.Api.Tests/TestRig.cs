using System.Net.Http.Json;
using System.Text;
using System.Threading.Channels;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Verification;
using Marketplace.Domain.Verification;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;

namespace Marketplace.Api.Tests;

/// <summary>An agent that speaks the real wire and computes nothing.</summary>
internal sealed class TestRig : IAsyncDisposable
{
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(30);

    private readonly Key _key = Key.Create(SignatureAlgorithm.Ed25519);
    private readonly HttpClient _http;
    private readonly Channel<bool> _hints = Channel.CreateUnbounded<bool>();
    private HubConnection? _hub;
    private string _token = string.Empty;

    private TestRig(Uri url) => _http = new(new SocketsHttpHandler()) { BaseAddress = url };

    public string Device { get; private set; } = string.Empty;

    /// <summary>The render score that it says it has, in hundredths.</summary>
    public int? Score { get; init; }

    public HttpClient Http => _http;

    public string Token => _token;

    /// <summary>Base64 of the device's key.</summary>
    public string PublicKey => Convert.ToBase64String(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A provider with one device that is enrolled, connected and has room.</summary>
    public static async Task<(MarketClient Provider, TestRig Rig)> Start(
        TestMarket market, string region, string megasample = "0.05", int? score = null)
    {
        var provider = await market.NewAccount("renter", "provider");
        await provider.Post("/v1/provider", new { name = "Rigs" });
        var rig = new TestRig(market.Url) { Score = score };
        var code = await provider.Post("/v1/provider/enrolment-codes", new { });
        await rig.Enrol(code.Text("code"), region);
        await provider.Put(
            $"/v1/provider/devices/{rig.Device}/ask", new { promptTokens = "2", outputTokens = "10", megasample });
        await rig.SignIn();
        await rig.Connect();
        await rig.Heartbeat(4);
        return (provider, rig);
    }

    public static TestRig NotEnrolled(TestMarket market) => new(market.Url);

    public async Task Enrol(string code, string region)
    {
        var answer = await PostEnrol(code, region);
        answer.EnsureSuccessStatusCode();
        Device = (await answer.Content.ReadFromJsonAsync<EnrolResponse>(Cancel))!.DeviceId;
    }

    public Task<HttpResponseMessage> PostEnrol(string code, string region) => _http.PostAsJsonAsync(
        AgentRoutes.Enrol,
        new EnrolRequest(
            AgentRoutes.Version,
            code,
            Convert.ToBase64String(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey)),
            "host",
            "Test processor",
            64L << 30,
            8,
            region,
            4,
            "0.1.0",
            Score),
        Cancel);

    public async Task SignIn()
    {
        var answer = await PostSession(Device, _key);
        answer.EnsureSuccessStatusCode();
        _token = (await answer.Content.ReadFromJsonAsync<SessionResponse>(Cancel))!.Token;
        _http.DefaultRequestHeaders.Authorization = new("Bearer", _token);
    }

    public async Task<HttpResponseMessage> PostSession(string device, Key key)
    {
        var challenged = await _http.PostAsJsonAsync(
            AgentRoutes.Challenge, new ChallengeRequest(AgentRoutes.Version, device), Cancel);
        challenged.EnsureSuccessStatusCode();
        var nonce = (await challenged.Content.ReadFromJsonAsync<ChallengeResponse>(Cancel))!.Nonce;
        byte[] signed =
        [
            .. Encoding.ASCII.GetBytes(AgentRoutes.ChallengeContext), 0,
            .. Encoding.ASCII.GetBytes(device), 0,
            .. Convert.FromBase64String(nonce),
        ];
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(key, signed));

        return await _http.PostAsJsonAsync(AgentRoutes.Session, new SessionRequest(device, nonce, signature), Cancel);
    }

    public async Task Connect()
    {
        _hub = new HubConnectionBuilder()
            .WithUrl(new Uri(_http.BaseAddress!, AgentRoutes.Hub), options => options.AccessTokenProvider = () => Task.FromResult<string?>(_token))
            .AddMessagePackProtocol()
            .Build();
        _hub.On(HubMethods.WorkWaiting, () => _hints.Writer.TryWrite(true));
        await _hub.StartAsync(Cancel);
    }

    public Task<string[]> Heartbeat(int slots, params string[] running) =>
        Hub.InvokeAsync<string[]>(HubMethods.Heartbeat, new HeartbeatMessage(slots, running), Cancel);

    /// <summary>Says that it audits texts of others.</summary>
    public Task OfferAudits() => Hub.InvokeAsync<KeepModelMessage[]>(
        HubMethods.Models, new ModelsMessage([], [], 0, 1, [], Audits: true), Cancel);

    /// <summary>Says that it reads prompts of token ids, and audits texts of others.</summary>
    public Task OfferTokens() => Hub.InvokeAsync<KeepModelMessage[]>(
        HubMethods.Models, new ModelsMessage([], [], 0, 1, [], Audits: true, TakesTokens: true), Cancel);

    /// <summary>Says that it tells the log-probabilities of prompts, and audits texts of others.</summary>
    public Task OfferPrompts() => Hub.InvokeAsync<KeepModelMessage[]>(
        HubMethods.Models,
        new ModelsMessage([], [], 0, 1, [], Audits: true, TakesTokens: true, TellsPrompts: true),
        Cancel);

    /// <summary>Says that it holds texts to forms of calls.</summary>
    public Task OfferCalls() => Hub.InvokeAsync<KeepModelMessage[]>(
        HubMethods.Models, new ModelsMessage([], [], 0, 1, [], HoldsCalls: true), Cancel);

    /// <summary>Delivers what was measured of another's text; what is signed may be something else.</summary>
    public Task<DeliverReply> DeliverAudit(
        WorkOrderMessage order, IReadOnlyList<MeasuredPosition> measured, byte[]? signed = null)
    {
        var positions = MeasuredPosition.Encode([.. measured]);
        var statement = ResultStatement.Audit(order.Attempt, order.Work, signed ?? positions);
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));

        return Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverAudit, new AuditDoneMessage(order.Attempt, positions, order.Work, signature), Cancel);
    }

    /// <summary>Leases, waiting for hints where there is nothing yet.</summary>
    public async Task<WorkOrderMessage> LeaseSome()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(WaitMax);

        while (true)
        {
            if (await Lease() is { } order)
            {
                return order;
            }

            try
            {
                await _hints.Reader.ReadAsync(limit.Token);
            }
            catch (OperationCanceledException late) when (!Cancel.IsCancellationRequested)
            {
                throw new TimeoutException($"{Device} was given no work within {WaitMax}.", late);
            }
        }
    }

    public Task<WorkOrderMessage?> Lease() => Hub.InvokeAsync<WorkOrderMessage?>(HubMethods.Lease, Cancel);

    public Task<DeliverReply> SendTokens(WorkOrderMessage order, int first, params string[] texts) =>
        Hub.InvokeAsync<DeliverReply>(
            HubMethods.SendTokens, new TokensMessage(order.Attempt, first, Tokens(first, texts), order.Work), Cancel);

    /// <summary>Sends tokens as a rig does that was asked for probabilities.</summary>
    public Task<DeliverReply> SendMade(WorkOrderMessage order, int first, params TokenMessage[] tokens) =>
        Hub.InvokeAsync<DeliverReply>(
            HubMethods.SendTokens, new TokensMessage(order.Attempt, first, tokens, order.Work), Cancel);

    public Task<DeliverReply> DeliverMade(WorkOrderMessage order, string finish, params TokenMessage[] tokens) =>
        Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverText, new TextDoneMessage(order.Attempt, finish, 3, tokens, order.Work), Cancel);

    /// <summary>Delivers, and says how much of the prompt it had read before.</summary>
    public Task<DeliverReply> DeliverCached(WorkOrderMessage order, int cached, params string[] texts) =>
        Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverText,
            new TextDoneMessage(order.Attempt, "length", 3, Tokens(0, texts), order.Work, CachedTokens: cached),
            Cancel);

    public Task<ReplyResponse> StreamTokens(WorkOrderMessage order, int first, params string[] texts) =>
        Hub.InvokeAsync<ReplyResponse>(
            HubMethods.StreamTokens, new TokensMessage(order.Attempt, first, Tokens(first, texts), order.Work), Cancel);

    /// <summary>Delivers with the device's signature over a text, which need not be the one that is delivered.</summary>
    public Task<DeliverReply> DeliverSigned(WorkOrderMessage order, string signedText, params string[] texts)
    {
        var statement = ResultStatement.Text(order.Attempt, order.Work, signedText, 3, texts.Length);
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));

        return Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverText,
            new TextDoneMessage(order.Attempt, "length", 3, Tokens(0, texts), order.Work, signature),
            Cancel);
    }

    /// <summary>Delivers a model's text with a commitment to its logits.</summary>
    public Task<DeliverReply> Commit(WorkOrderMessage order, TextMachine.MadeText made, LogitHeader header)
    {
        var commitment = new LogitCommitment(header.Hash(), made.Records);
        var text = string.Concat(made.Tokens.Select(token => token.Text));
        var statement = ResultStatement.Text(
            order.Attempt, order.Work, text, 3, made.Tokens.Count, Convert.ToHexStringLower(commitment.Root()));
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));

        return Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverText,
            new TextDoneMessage(
                order.Attempt, made.Finish, 3, [.. made.Tokens], order.Work, signature, commitment.Header, commitment.Records),
            Cancel);
    }

    /// <summary>
    /// Delivers a unit with a commitment to its leaves, and shows leaves where the market asks for them.
    /// </summary>
    /// <param name="order">The order.</param>
    /// <param name="sums">The unit's sums.</param>
    /// <param name="leaves">What is committed to.</param>
    /// <param name="shown">What is shown; null for the same.</param>
    /// <param name="work">The work that the root is of; null for the order's.</param>
    public async Task<(DeliverReply Reply, bool WasAsked)> CommitUnit(
        WorkOrderMessage order,
        byte[] sums,
        IReadOnlyList<byte[]> leaves,
        IReadOnlyList<byte[]>? shown = null,
        string? work = null)
    {
        var unit = order.Unit!;
        var hash = await PutBlob(sums);
        var root = Convert.ToHexStringLower(
            UnitCommitment.Root(work ?? order.Work, leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf)));
        var samples = (long)unit.Width * unit.Height * unit.Samples;
        var statement = ResultStatement.Unit(order.Attempt, order.Work, hash, samples, root);
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));
        var done = new UnitDoneMessage(order.Attempt, hash, sums.Length, order.Work, signature, samples, root);
        var reply = await Hub.InvokeAsync<DeliverReply>(HubMethods.DeliverUnit, done, Cancel);

        if (reply != DeliverReply.Open)
        {
            return (reply, false);
        }

        byte[] opened = [.. (shown ?? leaves).SelectMany(leaf => leaf)];
        done = done with { LeavesSha256 = await PutBlob(opened), LeavesBytes = opened.Length };

        return (await Hub.InvokeAsync<DeliverReply>(HubMethods.DeliverUnit, done, Cancel), true);
    }

    public Task<DeliverReply> DeliverText(WorkOrderMessage order, params string[] texts) => Hub.InvokeAsync<DeliverReply>(
        HubMethods.DeliverText, new TextDoneMessage(order.Attempt, "length", 3, Tokens(0, texts), order.Work), Cancel);

    public async Task<DeliverReply> DeliverUnit(WorkOrderMessage order, byte[] sums, int? bytes = null, string? root = null)
    {
        var hash = await PutBlob(sums);

        // A root is not signed here: the signature is that over none.
        var samples = (long)order.Unit!.Width * order.Unit.Height * order.Unit.Samples;
        var statement = ResultStatement.Unit(order.Attempt, order.Work, hash, samples);
        var signature = root is null ? null : Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));

        return await Hub.InvokeAsync<DeliverReply>(
            HubMethods.DeliverUnit,
            new UnitDoneMessage(
                order.Attempt, hash, bytes ?? sums.Length, order.Work, signature, root is null ? 0 : samples, root),
            Cancel);
    }

    private async Task<string> PutBlob(byte[] bytes)
    {
        var hash = MarketClient.Hash(bytes);
        using var body = new ByteArrayContent(bytes);
        using var answer = await _http.PutAsync($"{AgentRoutes.Blobs}/{hash}", body, Cancel);
        answer.EnsureSuccessStatusCode();
        return hash;
    }

    /// <summary>Uploads a file of vectors; answers its hash.</summary>
    public async Task<string> Upload(byte[] vectors)
    {
        var hash = MarketClient.Hash(vectors);
        using var body = new ByteArrayContent(vectors);
        using var answer = await _http.PutAsync($"{AgentRoutes.Blobs}/{hash}", body, Cancel);
        answer.EnsureSuccessStatusCode();
        return hash;
    }

    /// <summary>Delivers a file of vectors under the device's signature; what is signed may be something else.</summary>
    public Task<DeliverReply> DeliverVectors(
        WorkOrderMessage order, int tokens, string hash, long bytes, string? signedHash = null)
    {
        var statement = ResultStatement.Embedding(order.Attempt, order.Work, signedHash ?? hash, tokens);
        var signature = Convert.ToBase64String(SignatureAlgorithm.Ed25519.Sign(_key, statement));

        return Deliver(new EmbeddingDoneMessage(order.Attempt, tokens, hash, bytes, order.Work, signature));
    }

    public Task<DeliverReply> Deliver(EmbeddingDoneMessage done) =>
        Hub.InvokeAsync<DeliverReply>(HubMethods.DeliverEmbedding, done, Cancel);

    public async ValueTask DisposeAsync()
    {
        if (_hub is not null)
        {
            await _hub.DisposeAsync();
        }

        _http.Dispose();
        _key.Dispose();
    }

    private HubConnection Hub => _hub ?? throw new InvalidOperationException("Connect first.");

    private static TokenMessage[] Tokens(int first, string[] texts) =>
        [.. texts.Select((text, at) => new TokenMessage(first + at + 1, text))];
}
