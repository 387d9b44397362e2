using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Testing.Solana;

namespace Marketplace.EndToEnd.Tests.Processes;

/// <summary>
/// A market of real processes on loopback, in a folder of its own: a local chain, hosts, agents. Ended with the test.
/// </summary>
internal sealed partial class World : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly LlamaShape SlowShape = RandomLlama.ShapeTiny with
    {
        Dimension = 512,
        FeedForward = 1_536,
        Layers = 8,
        Heads = 8,
        KeyValueHeads = 8,
        Vocabulary = 512,
        Context = 4_096,
    };

    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = Patience };
    private readonly List<ChildProcess> _children = [];
    private readonly Dictionary<string, string> _hostSettings = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _hostUrls = new(StringComparer.Ordinal);

    private World(string folder, SolanaLocalnet? chain)
    {
        (Folder, Chain) = (folder, chain);
    }

    public string Folder { get; }

    public SolanaLocalnet? Chain { get; }

    public string Logs => Path.Combine(Folder, "logs");

    /// <summary>Address of the last host that was started.</summary>
    public string HostUrl { get; private set; } = string.Empty;

    public RestClient Admin { get; private set; } = null!;

    /// <summary>A folder, and a chain when the story needs one (the test is skipped where it cannot be had).</summary>
    public static async Task<World> Create(bool withChain, CancellationToken cancel)
    {
        if (withChain && SolanaLocalnet.WhyUnavailable() is { } why)
        {
            Assert.Skip(why);
        }

        var folder = Directory.CreateTempSubdirectory("marketplace-e2e-").FullName;
        var chain = withChain ? await SolanaLocalnet.StartAsync(cancellationToken: cancel) : null;
        var world = new World(folder, chain);
        world.Set("Storage:DataDirectory", Path.Combine(folder, "host"));
        world.Set("Ledger:Holdback", "00:00:00");
        world.Set("Payouts:WalletChangeLock", "00:00:00");
        world.Set("Payouts:MinimumUsdc", "0.000001");
        world.Set("Payouts:StepEvery", "00:00:00.200");
        world.Set("Payouts:SweepEvery", "00:00:00.500");
        world.Set("Deposits:PollEvery", "00:00:00.200");
        world.Set("Host:SweepEvery", "00:00:00.200");
        world.Set("Device:DisconnectGrace", "00:00:01");
        world.Set("Market:Lease", "00:00:05");
        world.Set("Market:LookRunning", "00:00:02");
        world.Set("Market:LookWaiting", "00:00:05");
        await world.UseChain(cancel);
        return world;
    }

    /// <summary>A setting of hosts started from now on.</summary>
    public void Set(string key, string value) => _hostSettings[key.Replace(":", "__", StringComparison.Ordinal)] = value;

    /// <summary>Starts a host, or starts it again under the address it had, where its agents look for it.</summary>
    public async Task<ChildProcess> StartHost(CancellationToken cancel, string name = "host")
    {
        var ready = Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}.json");
        var settings = new Dictionary<string, string>(_hostSettings, StringComparer.Ordinal)
        {
            ["Host__Url"] = _hostUrls.GetValueOrDefault(name, "http://127.0.0.1:0"),
            ["Host__ReadyFile"] = ready,

            // It lives for seconds: code that is compiled quickly serves it better than code that runs quickly.
            ["DOTNET_TC_QuickJit"] = "1",
        };
        var host = Start(name, "Marketplace.Host.dll", [], settings);
        var url = await Eventually.Holds(
            $"{name} takes requests",
            _ => Task.FromResult(ReadUrl(ready) ?? (host.HasExited ? throw new InvalidOperationException(host.LogTail()) : null)),
            found => found is not null,
            Patience,
            cancel);
        HostUrl = _hostUrls[name] = url!;
        await Eventually.Holds(
            "the host is ready", async token => await IsReady(HostUrl, token), isReady => isReady, Patience, cancel);

        if (Admin is null)
        {
            var printed = await Eventually.Holds(
                "the first key is printed",
                _ => Task.FromResult(KeyPattern().Match(host.LogTail()).Value),
                key => key.Length > 0,
                Patience,
                cancel);
            Admin = Client(printed);
        }
        else
        {
            Admin = Client(Admin.Key);
        }

        return host;
    }

    /// <summary>A client of the host that was started last, or of another one.</summary>
    public RestClient Client(string key, string? url = null)
    {
        var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new(url ?? HostUrl), Timeout = Patience };
        return new(http, key);
    }

    public async Task<RestClient> NewAccount(string name, string[] scopes, CancellationToken cancel)
    {
        var created = await Admin.Post("/v1/accounts", new { name, scopes, live = true }, cancel);
        return Client((string)created["apiKey"]!["secret"]!);
    }

    /// <summary>A renter with promotional credit.</summary>
    public async Task<RestClient> NewRenter(string credit, CancellationToken cancel)
    {
        var created = await Admin.Post(
            "/v1/accounts", new { name = "Renter", scopes = new[] { "renter" }, live = true }, cancel);
        await Admin.Post(
            $"/v1/admin/accounts/{created["account"]!["id"]}/credit", new { amount = credit, reason = "test credit" }, cancel);
        return Client((string)created["apiKey"]!["secret"]!);
    }

    /// <summary>Enrols a rig of this provider, whose agent does not run yet.</summary>
    public async Task EnrolRig(RestClient provider, string name, CancellationToken cancel)
    {
        var code = await provider.Post("/v1/provider/enrolment-codes", new { }, cancel);
        var enrol = Start(
            name + "-enrol",
            "marketplace-agent.dll",
            [
                "enrol", "--url", HostUrl, "--code", (string)code["code"]!,
                "--device", "host", "--region", "test", "--data", Path.Combine(Folder, name), "--no-score",
            ],
            new(StringComparer.Ordinal));
        await enrol.WaitForExit(Patience);
        Assert.True(enrol.ExitCode == 0, enrol.LogTail());
    }

    /// <summary>
    /// Puts another file of the same length where an enrolled rig keeps the model, as an owner may that sells a cheaper
    /// one, with the agent's own note that it has verified it: the agent is the true one and knows nothing of it.
    /// </summary>
    public void SwapModel(string rig, string sha256, string other)
    {
        var cache = Directory.CreateDirectory(Path.Combine(Folder, rig, "cache")).FullName;
        var notes = Directory.CreateDirectory(Path.Combine(Folder, rig, "verified")).FullName;
        var file = new FileInfo(Path.Combine(cache, sha256));
        File.Copy(other, file.FullName);
        File.WriteAllText(
            Path.Combine(notes, sha256),
            string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}"));
    }

    /// <summary>Enrols a rig of this provider and starts its agent.</summary>
    public async Task<ChildProcess> StartRig(RestClient provider, string name, CancellationToken cancel)
    {
        var data = Path.Combine(Folder, name);

        if (!Directory.Exists(data))
        {
            await EnrolRig(provider, name, cancel);
        }

        return Start(
            name,
            "marketplace-agent.dll",
            ["run", "--url", HostUrl, "--data", data, "--device", "host", "--threads", "1"],
            new(StringComparer.Ordinal));
    }

    /// <summary>SIGKILL to the agent of a rig.</summary>
    public Task KillRig(string name) => _children.Last(child => child.Name == name).Kill();

    /// <summary>Uploads a model file and puts it into the catalogue; answers its hash.</summary>
    public async Task<string> RegisterModel(string name, string file, CancellationToken cancel)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancel);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await Admin.Upload(hash, bytes, cancel);
        await Admin.Post("/v1/models", new { name, sha256 = hash }, cancel);
        return hash;
    }

    /// <summary>Uploads the files of a model that has several and puts it into the catalogue.</summary>
    public async Task RegisterBundle(string name, string folder, string[] names, CancellationToken cancel)
    {
        var files = new List<object>();

        foreach (var path in names)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, path), cancel);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            await Admin.Upload(hash, bytes, cancel);
            files.Add(new { path, sha256 = hash });
        }

        await Admin.Post("/v1/models", new { name, files }, cancel);
    }

    /// <summary>A model that takes some seconds for a thousand tokens on one core.</summary>
    public Task RegisterSlowModel(CancellationToken cancel) => RegisterRandomModel("slow", SlowShape, cancel);

    /// <summary>A model that takes next to no time, and whose context holds long prompts.</summary>
    public Task RegisterQuickModel(CancellationToken cancel) => RegisterRandomModel(
        "quick", RandomLlama.ShapeTiny with { Context = SlowShape.Context, Vocabulary = SlowShape.Vocabulary }, cancel);

    /// <summary>
    /// A quick model whose texts end themselves, and a file of the same length with other weights.
    /// </summary>
    /// <returns>Hash of the model, and the other's path.</returns>
    public async Task<(string Sha256, string Other)> RegisterModelWithOther(string name, CancellationToken cancel)
    {
        string[] files = [Path.Combine(Folder, $"{name}.gguf"), Path.Combine(Folder, $"{name}-other.gguf")];

        for (var at = 0; at < files.Length; at++)
        {
            await using var output = File.Create(files[at]);
            RandomLlama.Write(output, RandomLlama.ShapeTiny, TensorFormat.F32, seed: at + 1);
        }

        return (await RegisterModel(name, files[0], cancel), files[1]);
    }

    private async Task RegisterRandomModel(string name, LlamaShape shape, CancellationToken cancel)
    {
        var file = Path.Combine(Folder, $"{name}.gguf");

        await using (var output = File.Create(file))
        {
            RandomLlama.WriteEndless(output, shape, TensorFormat.F32, seed: 1);
        }

        await RegisterModel(name, file, cancel);
    }

    public static async Task<JsonNode> Until(
        RestClient client, string path, string awaited, Func<JsonNode, bool> holds, CancellationToken cancel) =>
        await Eventually.Holds(awaited, token => client.Get(path, token), holds, Patience, cancel);

    /// <summary>Every asset's accounts sum to zero, and no escrow is left once all work has ended.</summary>
    public async Task BooksBalance(CancellationToken cancel)
    {
        var trial = await Admin.Get("/v1/admin/trial-balance", cancel);
        Assert.True((bool)trial["balanced"]!, trial.ToJsonString());
        Assert.All(
            trial["lines"]!.AsArray().Where(line => ((string)line!["account"]!).Contains(":escrow:", StringComparison.Ordinal)),
            line => Assert.Equal(0, (long)line!["balance"]!));
    }

    /// <summary>The books are checked as a whole, beside the host that runs; there is no chain, no Stripe, no hledger.</summary>
    public async Task BooksVerify()
    {
        var check = Start(
            "verify-books",
            "Marketplace.Host.dll",
            ["verify-books", "--without-chain", "--without-stripe", "--without-hledger"],
            _hostSettings);
        await check.WaitForExit(Patience);
        Assert.True(check.ExitCode == 0, $"{check.ExitCode}: {check.LogTail()}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        if (Chain is not null)
        {
            await Chain.DisposeAsync();
        }

        _http.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    [GeneratedRegex("mk_(?:live|test)_[0-9a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeyPattern();

    private static string? ReadUrl(string file)
    {
        try
        {
            return File.Exists(file) ? (string?)JsonNode.Parse(File.ReadAllText(file))?["url"] : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private async Task<bool> IsReady(string url, CancellationToken cancel)
    {
        using var answer = await _http.GetAsync(url + "/readyz", cancel);
        return answer.IsSuccessStatusCode;
    }

    private async Task UseChain(CancellationToken cancel)
    {
        if (Chain is null)
        {
            return;
        }

        using var wallet = await ChainWallet.Make(Chain, cancel);
        var treasury = await wallet.Save(Path.Combine(Folder, "treasury.json"), cancel);
        Set("Solana:RpcUrl", Chain.RpcUrl.ToString());
        Set("Solana:GenesisHash", Chain.GenesisHash.ToString());
        Set("Solana:UsdcMint", Chain.UsdcMint.ToString());
        Set("Solana:TreasuryKeyFile", treasury);
    }

    private ChildProcess Start(string name, string program, string[] arguments, Dictionary<string, string> settings)
    {
        var file = Path.Combine(AppContext.BaseDirectory, program);
        var child = ChildProcess.Start(name, "dotnet", [file, .. arguments], settings, Logs);
        _children.Add(child);
        return child;
    }
}
