using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing;

namespace Marketplace.Benchmarks.Market;

/// <summary>A market of real processes on loopback: a host, agents, and a renter with credit.</summary>
internal sealed partial class BenchMarket : IAsyncDisposable
{
    private const string Unlimited = "1000000";
    private const string Credit = "1000.000000";
    private const string Slots = "64";
    private const string AgentProgram = "marketplace-agent.dll";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _folder;
    private readonly List<ChildProcess> _children = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = Patience };
    private RestClient _admin = null!;
    private RestClient? _provider;
    private ChildProcess? _agent;

    private BenchMarket(string folder)
    {
        _folder = folder;
    }

    /// <summary>Requests to the host as the renter.</summary>
    public HttpClient Renter { get; private set; } = null!;

    public RestClient Api { get; private set; } = null!;

    public ChildProcess Host { get; private set; } = null!;

    /// <summary>Where everything is kept while it runs.</summary>
    public string Folder => _folder;

    /// <summary>Processor time of the host and of the agent so far.</summary>
    public (TimeSpan Host, TimeSpan Agent) ProcessorTime => (Host.ProcessorTime, _agent!.ProcessorTime);

    /// <summary>Starts everything; without a connection string the host keeps its data in SQLite files.</summary>
    /// <param name="connectionString">PostgreSQL's, or null.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="below">Where a folder is made for all data, instead of beside the program.</param>
    public static async Task<BenchMarket> Start(
        string? connectionString, CancellationToken cancel, string? below = null)
    {
        var market = await StartWithoutAgents(cancel, connectionString, below);

        try
        {
            await market.StartAgent(cancel);
            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    /// <summary>A host and a renter, and no agent yet.</summary>
    public static async Task<BenchMarket> StartWithoutAgents(
        CancellationToken cancel, string? connectionString = null, string? below = null)
    {
        // Beside the program and not in the temporary folder, which may be memory: the figures are about synced commits.
        var folder = Path.Combine(below ?? AppContext.BaseDirectory, $"market-{Guid.NewGuid():N}");
        var market = new BenchMarket(Directory.CreateDirectory(folder).FullName);

        try
        {
            await market.StartHost(connectionString, cancel);
            return market;
        }
        catch
        {
            await market.DisposeAsync();
            throw;
        }
    }

    /// <summary>Enrols a device of the one provider, on the processor.</summary>
    public async Task Enrol(
        string rig, string slots, CancellationToken cancel, string megasample = "0.050000")
    {
        _provider ??= await OpenProvider(cancel);
        var code = await _provider.Post("/v1/provider/enrolment-codes", new { }, cancel);
        var enrol = Run(
            $"enrol-{rig}",
            Program("Marketplace.Agent", AgentProgram),
            [
                "enrol", "--url", _http.BaseAddress!.ToString(), "--code", (string)code["code"]!, "--device", "host",
                "--region", "bench", "--slots", slots, "--data", Path.Combine(_folder, rig),
            ],
            new(StringComparer.Ordinal));
        await enrol.WaitForExit(Patience);

        if (enrol.ExitCode != 0)
        {
            throw new InvalidOperationException(enrol.LogTail());
        }

        var devices = await _provider.Get("/v1/provider/devices", cancel);

        foreach (var device in devices["data"]!.AsArray())
        {
            await _provider.Put(
                $"/v1/provider/devices/{device!["id"]}/ask",
                new { promptTokens = "2.000000", outputTokens = "10.000000", megasample },
                cancel);
        }
    }

    /// <summary>Starts the agent of a device that is enrolled.</summary>
    public ChildProcess StartRig(string rig, string[] options) => Run(
        rig,
        Program("Marketplace.Agent", AgentProgram),
        [
            "run", "--url", _http.BaseAddress!.ToString(), "--data", Path.Combine(_folder, rig), "--device", "host",
            .. options,
        ],
        new(StringComparer.Ordinal));

    /// <summary>Ends a process of this market.</summary>
    public async Task Stop(ChildProcess child)
    {
        _children.Remove(child);
        await child.DisposeAsync();
    }

    /// <summary>Waits until so many devices are connected, no more and no less.</summary>
    public Task Connected(int count, CancellationToken cancel) => Eventually.Holds(
        $"{count} devices are connected", CountConnected, connected => connected == count, Patience, cancel);

    /// <summary>Uploads a file of weights and puts it into the catalogue.</summary>
    public async Task RegisterModel(string name, string file, CancellationToken cancel)
    {
        var bytes = await File.ReadAllBytesAsync(file, cancel);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        await _admin.Upload(hash, bytes, cancel);
        await _admin.Post("/v1/models", new { name, sha256 = hash }, cancel);
    }

    /// <summary>Pieces of work that have ended, settlement included, as the host's own metrics count them.</summary>
    public async Task<int> Ended(CancellationToken cancel)
    {
        var text = await _http.GetStringAsync(new Uri(Renter.BaseAddress!, "/metrics"), cancel);
        return text.Split('\n')
            .Where(line => line.StartsWith("marketplace_work_ended", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])
            .Sum(count => (int)double.Parse(count, CultureInfo.InvariantCulture));
    }

    /// <exception cref="InvalidOperationException">The books do not balance.</exception>
    public async Task RequireBalance(CancellationToken cancel)
    {
        var trial = await _admin.Get("/v1/admin/trial-balance", cancel);

        if (!(bool)trial["balanced"]!)
        {
            throw new InvalidOperationException($"The books do not balance after the run: {trial.ToJsonString()}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var child in Enumerable.Reverse(_children))
        {
            await child.DisposeAsync();
        }

        Renter?.Dispose();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex("mk_(?:live|test)_[0-9a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeyPattern();

    private static string Program(string project, string file)
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "artifacts", "bin", project, "release", file);
        return File.Exists(path)
            ? path
            : throw new FormatException($"{path} is missing: dotnet build -c Release src/{project}");
    }

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

    private async Task StartHost(string? connectionString, CancellationToken cancel)
    {
        var ready = Path.Combine(_folder, "host.json");
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Host__Url"] = "http://127.0.0.1:0",
            ["Host__ReadyFile"] = ready,
            ["Storage__DataDirectory"] = Path.Combine(_folder, "host"),
            ["Api__OfferNoop"] = "true",
            ["Api__RequestBurst"] = Unlimited,
            ["Api__RequestsPerSecond"] = Unlimited,
            ["Api__AgentRequestBurst"] = Unlimited,
            ["Api__AgentRequestsPerSecond"] = Unlimited,
        };

        if (connectionString is not null)
        {
            settings["Storage__Provider"] = "PostgreSql";
            settings["Storage__ConnectionString"] = connectionString;
        }

        var host = Host = Run("host", Program("Marketplace.Host", "Marketplace.Host.dll"), [], settings);
        var url = await Eventually.Holds(
            "the host takes requests",
            _ => Task.FromResult(ReadUrl(ready) ?? (host.HasExited ? throw new InvalidOperationException(host.LogTail()) : null)),
            found => found is not null,
            Patience,
            cancel);
        var key = await Eventually.Holds(
            "the first key is printed",
            _ => Task.FromResult(KeyPattern().Match(host.LogTail()).Value),
            found => found.Length > 0,
            Patience,
            cancel);
        _http.BaseAddress = new Uri(url!);
        _admin = new(_http, key);
        await Eventually.Holds(
            "the host is ready",
            async token =>
            {
                using var answer = await _http.GetAsync("/readyz", token);
                return answer.IsSuccessStatusCode;
            },
            isReady => isReady,
            Patience,
            cancel);
        await OpenRenter(cancel);
    }

    private async Task OpenRenter(CancellationToken cancel)
    {
        var renter = await NewAccount("Renter", "renter", cancel);
        await _admin.Post(
            $"/v1/admin/accounts/{renter.Id}/credit", new { amount = Credit, reason = "benchmark" }, cancel);
        Renter = new HttpClient(new SocketsHttpHandler()) { BaseAddress = _http.BaseAddress, Timeout = Patience };
        Renter.DefaultRequestHeaders.Authorization = new("Bearer", renter.Key);
        Api = new(Renter, renter.Key);
    }

    private async Task<(string Id, string Key)> NewAccount(string name, string scope, CancellationToken cancel)
    {
        var created = await _admin.Post("/v1/accounts", new { name, scopes = new[] { scope }, live = false }, cancel);
        return ((string)created["account"]!["id"]!, (string)created["apiKey"]!["secret"]!);
    }

    private async Task StartAgent(CancellationToken cancel)
    {
        await Enrol("rig", Slots, cancel);
        _agent = StartRig("rig", ["--offer-noop"]);
        await Connected(1, cancel);
    }

    private async Task<int> CountConnected(CancellationToken cancel)
    {
        var count = 0;

        foreach (var device in (await _provider!.Get("/v1/provider/devices", cancel))["data"]!.AsArray())
        {
            count += (bool)(await _provider.Get($"/v1/provider/devices/{device!["id"]}", cancel))["connected"]! ? 1 : 0;
        }

        return count;
    }

    private async Task<RestClient> OpenProvider(CancellationToken cancel)
    {
        var provider = new RestClient(_http, (await NewAccount("Provider", "provider", cancel)).Key);
        await provider.Post("/v1/provider", new { name = "Provider" }, cancel);
        return provider;
    }

    private ChildProcess Run(string name, string program, string[] arguments, Dictionary<string, string> settings)
    {
        var child = ChildProcess.Start(name, "dotnet", [program, .. arguments], settings, Path.Combine(_folder, "logs"));
        _children.Add(child);
        return child;
    }
}
