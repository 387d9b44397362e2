using System.Globalization;
using System.Net.Http.Headers;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Host;
using Marketplace.Ledger;
using Marketplace.Solana.Keys;
using Marketplace.Testing.Compliance;
using Marketplace.Testing.Solana;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Compliance;

/// <summary>A market of its own that screens by a list and pays over a local chain.</summary>
internal sealed class ScreenedMarket : IAsyncDisposable
{
    private static readonly byte[] AdminRandom = [.. Enumerable.Range(0, ApiKeySecret.RandomBytes).Select(at => (byte)(at + 7))];

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-screened-").FullName;
    private readonly List<HttpClient> _clients = [];
    private WebApplication? _app;
    private Uri _url = new("http://127.0.0.1");

    private ScreenedMarket(SolanaLocalnet? chain) => Chain = chain;

    public SolanaLocalnet? Chain { get; }

    public ListFolder List { get; } = new();

    public MarketClient Admin { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ScreenedMarket> Open(
        SolanaLocalnet? chain, Action<ListFolder>? publish, params string[] settings)
    {
        var market = new ScreenedMarket(chain);
        publish?.Invoke(market.List);
        await market.Start([.. settings, .. publish is null ? [] : new[] { $"--Compliance:ListPath={market.List.Path}" }]);
        return market;
    }

    /// <summary>A live account with one key of these scopes.</summary>
    public async Task<MarketClient> NewAccount(params string[] scopes)
    {
        var created = await Admin.Post("/v1/accounts", new { name = "Live", scopes, live = true });
        var client = Client(created.Text("apiKey.secret"));
        client.Account = created.Text("account.id");
        return client;
    }

    /// <summary>Lets a provider have earned, in the books and on chain.</summary>
    public async Task Earn(string provider, long micros)
    {
        var journal = new Journal(
            $"earn:{provider}",
            "test",
            [.. Journal.Move(Chart.Treasury, Chart.Payable(ProviderId.Parse(provider)), Usdc.FromMicros(micros))]);
        var outcome = await _app!.Services.GetRequiredService<IBook>().Post(Entry.Of(journal), Cancel);
        Assert.True(outcome.Stands);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_app is not null)
        {
            await _app.StopAsync(Cancel);
            await _app.DisposeAsync();
        }

        List.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task Start(IReadOnlyList<string> settings)
    {
        var secret = ApiKeySecret.Create(live: false, AdminRandom);
        var builder = WebApplication.CreateBuilder(
        [
            "--Host:Url=http://127.0.0.1:0",
            $"--Storage:DataDirectory={_folder}",
            $"--MARKETPLACE_ADMIN_KEY={secret.Text}",
            "--Logging:LogLevel:Default=Error",
            "--Compliance:ListLookEvery=00:00:00.100",
            "--Payouts:WalletChangeLock=00:00:00",
            "--Payouts:StepEvery=00:00:00.050",
            "--Payouts:SweepEvery=00:00:00.300",
            .. await ChainSettings(),
            .. settings,
        ]);
        builder.AddMarketplaceHost();
        _app = builder.Build();
        _app.MapMarketplaceHost();
        await _app.StartAsync(Cancel);
        _url = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Admin = Client(secret.Text);
        await Admin.Until("/v1/accounts/me", answer => answer.IsSuccessStatusCode, "the administrators' key works");
    }

    private async Task<IReadOnlyList<string>> ChainSettings()
    {
        if (Chain is null)
        {
            return [];
        }

        var seed = Enumerable.Repeat((byte)21, Keypair.SeedLength).ToArray();
        using var treasury = Keypair.FromSeed(seed);
        await Chain.Rpc.RequestAirdropAsync(treasury.PublicKey, 5_000_000_000, Cancel);
        await Chain.MintUsdcAsync(treasury.PublicKey, 10_000_000, Cancel);
        var file = Path.Combine(_folder, "treasury.json");
        var numbers = seed.Concat(treasury.PublicKey.Bytes.ToArray()).Select(one => one.ToString(CultureInfo.InvariantCulture));
        await File.WriteAllTextAsync(file, $"[{string.Join(',', numbers)}]", Cancel);

        return
        [
            $"--Solana:RpcUrl={Chain.RpcUrl}",
            $"--Solana:GenesisHash={Chain.GenesisHash}",
            $"--Solana:UsdcMint={Chain.UsdcMint}",
            $"--Solana:TreasuryKeyFile={file}",
        ];
    }

    private MarketClient Client(string key)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = _url, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _clients.Add(client);
        return new(client);
    }
}
