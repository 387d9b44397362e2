using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

/// <summary>
/// The local chain of <c>infra/solana-localnet</c> as a child process on free loopback ports. It ends with this process,
/// however that ends.
/// </summary>
public sealed class SolanaLocalnet : IAsyncDisposable
{
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly HttpClient _http;

    private SolanaLocalnet(Process process, JsonElement ready)
    {
        _process = process;
        RpcUrl = new Uri(ready.GetProperty("rpcUrl").GetString()!);
        WebSocketUrl = new Uri(ready.GetProperty("wsUrl").GetString()!);
        GenesisHash = Hash.Parse(ready.GetProperty("genesisHash").GetString()!);
        UsdcMint = PublicKey.Parse(ready.GetProperty("usdcMint").GetString()!);
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = RpcUrl, Timeout = TimeSpan.FromSeconds(30) };
        Rpc = new SharedSolanaRpc(new HttpSolanaRpc(_http));
    }

    public Uri RpcUrl { get; }

    public Uri WebSocketUrl { get; }

    public Hash GenesisHash { get; }

    public PublicKey UsdcMint { get; }

    public ISolanaRpc Rpc { get; }

    /// <summary>What the chain's own process has used of the processor.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The reason to skip a test that needs the chain, or null when it can run.</summary>
    public static string? WhyUnavailable()
    {
        if (FindFolder() is not { } folder)
        {
            return "infra/solana-localnet is not above the test's folder.";
        }

        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            return "infra/solana-localnet has no node_modules: run npm ci there.";
        }

        var paths = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return paths.Any(path => File.Exists(Path.Combine(path, "node"))) ? null : "node is not on the PATH.";
    }

    /// <summary>Starts a chain; 40 ms slots make finality 1.3 s. Slot time 0 moves by <see cref="AdvanceAsync"/> only.</summary>
    public static async Task<SolanaLocalnet> StartAsync(
        CancellationToken cancellationToken, int slotMilliseconds = 40, string? dataFolder = null)
    {
        var start = new ProcessStartInfo("node")
        {
            WorkingDirectory = FindFolder() ?? throw new InvalidOperationException(WhyUnavailable()),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            "server.mjs", "--exit-with-stdin", "--slot-ms", slotMilliseconds.ToString(CultureInfo.InvariantCulture),
            .. dataFolder is null ? Array.Empty<string>() : ["--data", dataFolder],
        ];

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;

        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellationToken).AsTask()
                .WaitAsync(StartMax, cancellationToken);
            using var ready = JsonDocument.Parse(
                line ?? throw new InvalidOperationException("solana-localnet ended before it was ready."));
            return new SolanaLocalnet(process, ready.RootElement.Clone());
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Mints USDC into the owner's associated account and returns the account.</summary>
    public async Task<PublicKey> MintUsdcAsync(PublicKey owner, long micros, CancellationToken cancellationToken)
    {
        var result = await CallAsync("localnet_mintUsdc", [owner.ToString(), micros], cancellationToken);
        return PublicKey.Parse(result.GetProperty("account").GetString()!);
    }

    public Task AdvanceAsync(int slots, CancellationToken cancellationToken) =>
        CallAsync("localnet_advance", [slots], cancellationToken);

    /// <summary>Such as <c>{"kind":"drop","method":"sendTransaction","count":2}</c>; see the server's README.</summary>
    public Task SetFaultAsync(JsonObject fault, CancellationToken cancellationToken) =>
        CallAsync("localnet_setFault", [fault], cancellationToken);

    public Task SetFrozenAsync(PublicKey account, bool frozen, CancellationToken cancellationToken) =>
        CallAsync("localnet_setFrozen", [account.ToString(), frozen], cancellationToken);

    /// <summary>Waits until a transaction is finalized and returns its status.</summary>
    public async Task<SignatureStatus> FinalizedAsync(Signature signature, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));

        while (await pace.WaitForNextTickAsync(limit.Token))
        {
            var status = (await Rpc.GetSignatureStatusesAsync([signature], true, limit.Token)).Value[0];

            if (status?.Commitment == Commitment.Finalized)
            {
                return status;
            }
        }

        throw new TimeoutException($"Transaction {signature} did not become finalized in 60 s.");
    }

    /// <summary>Calls a method of the server's own.</summary>
    public async Task<JsonElement> CallAsync(string method, JsonArray parameters, CancellationToken cancellationToken)
    {
        var request = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = method, ["params"] = parameters };
        using var content = new StringContent(request.ToJsonString());
        using var reply = await _http.PostAsync((Uri?)null, content, cancellationToken);
        using var answer = JsonDocument.Parse(await reply.Content.ReadAsStringAsync(cancellationToken));

        return answer.RootElement.TryGetProperty("result", out var result)
            ? result.Clone()
            : throw new InvalidOperationException($"{method}: {answer.RootElement}");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();

        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "infra", "solana-localnet");

            if (File.Exists(Path.Combine(candidate, "server.mjs")))
            {
                return candidate;
            }
        }

        return null;
    }
}
