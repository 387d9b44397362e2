using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.StripeSim;
using Marketplace.Testing.Compliance;
using Marketplace.Testing.Solana;

namespace Marketplace.CrashMatrix;

/// <summary>
/// What lives longer than the host and from cell to cell: the local chain, StripeSim, an agent, people with keys and a
/// wallet with USDC. The books grow from cell to cell, and are checked as a whole after each.
/// </summary>
internal sealed partial class Market : IAsyncDisposable
{
    public const string Model = "tiny";
    public const string ProviderName = "Basement Rigs";
    public const string WebhookSecret = "whsec_crash";

    /// <summary>10 ms slots make finality a third of a second.</summary>
    private const int SlotMilliseconds = 10;

    private const long CustomerMicros = 1_000_000_000_000;
    private static readonly LlamaShape TinyShape = RandomLlama.ShapeTiny with
    {
        Dimension = 64,
        FeedForward = 128,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 2,
        Vocabulary = 512,
        Context = 4_096,
    };

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ListFolder _list = new();
    private readonly string _folder;
    private readonly CancellationToken _cancel;
    private ChildProcess? _agent;
    private int _lanes = 1;
    private string _adminKey = string.Empty;
    private string _secondKey = string.Empty;
    private string _providerKey = string.Empty;

    private Market(
        string folder, string? host, SolanaLocalnet chain, StripeServer stripe, CancellationToken cancel)
    {
        (_folder, Chain, Stripe, _cancel) = (folder, chain, stripe, cancel);
        Settings = new(StringComparer.Ordinal);
        Host = new(folder, host, Settings, cancel);
    }

    public SolanaLocalnet Chain { get; }

    public StripeServer Stripe { get; }

    public HostProcess Host { get; }

    public HookPost Hooks { get; } = new(FreePort());

    public ChainWallet Customer { get; private set; } = null!;

    public ChainWallet Treasury { get; private set; } = null!;

    /// <summary>A small scene, as a file.</summary>
    public byte[] Scene { get; private set; } = [];

    public Dictionary<string, string> Settings { get; }

    public PatientClient Admin => Client(_adminKey);

    /// <summary>The second person of what takes two.</summary>
    public PatientClient Second => Client(_secondKey);

    public PatientClient Provider => Client(_providerKey);

    public CancellationToken Cancel => _cancel;

    /// <summary>Opens the market: the host runs, the agent is enrolled and waits for work.</summary>
    /// <param name="folder">Its data and logs.</param>
    /// <param name="host">Executable of a published host; null for the one built beside this.</param>
    /// <param name="postgres">Connection string; null for SQLite.</param>
    /// <param name="cancel">Ends everything.</param>
    public static async Task<Market> Open(string folder, string? host, string? postgres, CancellationToken cancel)
    {
        var chain = await SolanaLocalnet.StartAsync(cancel, SlotMilliseconds);
        var market = new Market(
            folder, host, chain, await StripeServer.Start(TimeProvider.System), cancel);

        try
        {
            await market.Fund(postgres);
            await market.Host.Start();
            await market.Populate();
            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    public PatientClient Client(string key) => new(
        new RestClient(
            new HttpClient(new SocketsHttpHandler()) { BaseAddress = new(Host.Url), Timeout = Patience }, key),
        _cancel);

    /// <summary>From the next start on there is one more lane, whose account on the chain is not opened.</summary>
    public void AddLane() => Set("Payouts:Lanes", (++_lanes).ToString(CultureInfo.InvariantCulture));

    /// <summary>A new edition of the sanctions list, with a party more, or without.</summary>
    public void PublishList(string? party = null) => _list.Publish(
        TimeProvider.System.GetUtcNow(),
        [("NOBODY, At All", null), .. party is null ? [] : new[] { (party, (string?)null) }]);

    /// <summary>A new account for the story of one cell.</summary>
    public async Task<(PatientClient Client, string Account)> NewRenter(string name)
    {
        var made = await Admin.Make(
            "/v1/accounts", new { name, scopes = new[] { "renter" }, live = true }, $"account-{name}");
        return (Client((string)made["apiKey"]!["secret"]!), (string)made["account"]!["id"]!);
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        await Host.DisposeAsync();
        await Hooks.DisposeAsync();
        await Stripe.DisposeAsync();
        await Chain.DisposeAsync();
        _list.Dispose();
        Customer?.Dispose();
        Treasury?.Dispose();
    }

    [GeneratedRegex("mk_(?:live|test)_[0-9a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeyPattern();

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private static string Short(double seconds) =>
        TimeSpan.FromSeconds(seconds).ToString("c", CultureInfo.InvariantCulture);

    private async Task Fund(string? postgres)
    {
        Customer = await ChainWallet.Make(Chain, _cancel);
        await Chain.MintUsdcAsync(Customer.Address, CustomerMicros, _cancel);
        Treasury = await ChainWallet.Make(Chain, _cancel);
        Set("Storage:DataDirectory", Path.Combine(_folder, "host"));
        Set("Solana:RpcUrl", Chain.RpcUrl.ToString());
        Set("Solana:GenesisHash", Chain.GenesisHash.ToString());
        Set("Solana:UsdcMint", Chain.UsdcMint.ToString());
        Set("Solana:TreasuryKeyFile", await Treasury.Save(Path.Combine(_folder, "treasury.json"), _cancel));
        Set("Solana:CallTimeout", Short(2));
        Set("Solana:LookupTables", "true");
        Set("Deposits:AddressSeedFile", await Seed());
        PublishList();
        Set("Compliance:ListPath", _list.Path);
        Set("Payments:StripeApiKey", "sk_test_crash");
        Set("Payments:StripeApiBase", Stripe.Url);
        Set("Payments:WebhookSecrets:0", WebhookSecret);
        Set("Webhooks:AllowPrivate", "true");
        Set("Webhooks:Look", Short(0.1));
        Haste();

        if (postgres is not null)
        {
            Set("Storage:Provider", "PostgreSql");
            Set("Storage:ConnectionString", postgres);

            // Whoever comes back at its old address is known for the dead silo's successor; another is missed first.
            Set("Silo:Port", FreePort());
            Set("Silo:GatewayPort", FreePort());
        }
    }

    /// <summary>Everything that waits in production waits for moments here.</summary>
    private void Haste()
    {
        Set("Ledger:Holdback", Short(1.5));

        // Every text is checked, however much its rig is trusted by then.
        Set("Verification:AuditFloor", "1");
        Set("Verification:AverageCharge", "1");
        Set("Compliance:ListLookEvery", Short(0.2));
        Set("Payouts:WalletChangeLock", Short(0));
        Set("Payouts:MinimumUsdc", "0.000001");
        Set("Payouts:PerDay", "10000");
        Set("Refunds:MinimumUsdc", "0.000001");
        Set("Payouts:DailyFloatUsdc", "1000000");
        Set("Payouts:StepEvery", Short(0.05));
        Set("Payouts:SendEvery", Short(0.2));
        Set("Payouts:SweepEvery", Short(0.2));
        Set("Payouts:ReplaceAfter", Short(2));
        Set("Payouts:LaneLease", Short(1));
        Set("Payouts:LookupTablesMax", "16");
        Set("Payouts:LookupPaymentsMin", "1");
        Set("Payouts:LookupPayeesMin", "1");
        Set("Payouts:LookupTablesEvery", Short(0.1));
        Set("Deposits:PollEvery", Short(0.1));
        Set("Host:SweepEvery", Short(0.1));
        Set("Device:DisconnectGrace", Short(1));
        Set("Market:Lease", Short(2));
        Set("Market:LookRunning", Short(0.5));
        Set("Market:LookWaiting", Short(0.5));
        Set("Market:TicketHidden", Short(0.5));
        Set("Market:TokensStoredEvery", Short(0.05));
        Set("Receipts:EpochEvery", Short(0.3));
        Set("Receipts:SweepEvery", Short(0.1));
        Set("Payments:SweepEvery", Short(0.1));
        Set("Payments:AskAgainAfter", Short(0.5));
        Set("Payments:LookWaiting", Short(1));
        Set("Payments:LookDisputed", Short(1));
        Set("Payments:CatchUpEvery", Short(1));
        Set("Payments:CallTimeout", Short(2));
        Set("Books:SealLookEvery", Short(1));
        Set("Books:SealEvery", "8");
        Set("Books:ConfirmAfter", Short(2));
        Set("Api:RequestsPerSecond", "1000");
        Set("Api:RequestBurst", "1000");
        Set("Logging:LogLevel:Default", "Warning");
    }

    /// <summary>The secret of standing deposit addresses.</summary>
    private async Task<string> Seed()
    {
        var path = Path.Combine(_folder, "addresses.seed");
        await File.WriteAllBytesAsync(path, RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes), _cancel);
        return path;
    }

    private void Set(string key, string value) => Settings[key.Replace(":", "__", StringComparison.Ordinal)] = value;

    private async Task Populate()
    {
        _adminKey = await Eventually.Holds(
            "the first key is printed",
            _ => Task.FromResult(KeyPattern().Match(Host.LogTail()).Value),
            key => key.Length > 0,
            Patience,
            _cancel);
        var made = await Admin.Make(
            "/v1/accounts", new { name = ProviderName, scopes = new[] { "renter", "provider" }, live = true }, "provider");
        _providerKey = (string)made["apiKey"]!["secret"]!;
        var second = await Admin.Make(
            "/v1/accounts", new { name = "Second", scopes = new[] { "finance" }, live = true }, "second");
        _secondKey = (string)second["apiKey"]!["secret"]!;
        await Provider.Make("/v1/provider", new { name = ProviderName }, "provider");
        await RegisterModel();
        await StartAgent();
        Scene = await DemoScene();
    }

    private async Task RegisterModel()
    {
        using var file = new MemoryStream();
        RandomLlama.WriteEndless(file, TinyShape, TensorFormat.F32, seed: 1);
        var bytes = file.ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await Admin.Upload(hash, bytes);
        await Admin.Make("/v1/models", new { name = Model, sha256 = hash }, "model");
    }

    private async Task StartAgent()
    {
        var data = Path.Combine(_folder, "rig");
        var made = await Provider.Make("/v1/provider/enrolment-codes", new { }, "rig");
        await Agent(
            "enrol",
            [
                "enrol", "--url", Host.Url, "--code", (string)made["code"]!, "--device", "host", "--region", "crash",
                "--data", data, "--no-score",
            ]);
        _agent = Start(
            "agent",
            ["run", "--url", Host.Url, "--data", data, "--device", "host", "--threads", "1", "--poll-ms", "200"]);
        var listed = await Provider.Until(
            "/v1/provider/devices", "the device is listed", page => page["data"]!.AsArray().Count > 0);
        var device = $"/v1/provider/devices/{listed["data"]![0]!["id"]}";
        await Provider.Put(
            $"{device}/ask", new { promptTokens = "2.000000", outputTokens = "10.000000", megasample = "0.500000" });
        await Provider.Until(device, "the device is connected", view => (bool)view["connected"]!);
    }

    private async Task<byte[]> DemoScene()
    {
        var file = Path.Combine(_folder, "scene.glb");
        await Agent("scene", ["demo-scene", "--out", file]);
        return await File.ReadAllBytesAsync(file, _cancel);
    }

    private async Task Agent(string name, string[] arguments)
    {
        await using var child = Start(name, arguments);
        await child.WaitForExit(Patience);

        if (child.ExitCode != 0)
        {
            throw new InvalidOperationException($"{name} ended with {child.ExitCode}:\n{child.LogTail()}");
        }
    }

    private ChildProcess Start(string name, string[] arguments) => ChildProcess.Start(
        name,
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "marketplace-agent.dll"), .. arguments],
        new Dictionary<string, string>(StringComparer.Ordinal),
        Path.Combine(_folder, "logs"));
}
