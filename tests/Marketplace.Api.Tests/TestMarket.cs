using System.Net.Http.Headers;
using Marketplace.Api.Inference;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Inference;
using Marketplace.Host;
using Marketplace.StripeSim;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(Marketplace.Api.Tests.TestMarket))]

namespace Marketplace.Api.Tests;

/// <summary>
/// The whole host in this process: production wiring, Kestrel on loopback, SQLite in a folder of its own. Shared by all
/// tests of the assembly; each makes accounts of its own.
/// </summary>
public sealed class TestMarket : IAsyncLifetime
{
    /// <summary>Largest upload that this market takes of a renter.</summary>
    public const int AssetBytesMax = 100_000;

    /// <summary>Bytes that an account may store in this market.</summary>
    public const int AccountStorageBytesMax = 250_000;
    public const int UnfinishedMax = 2;
    public const int FilesMax = 6;

    /// <summary>Bytes that an agent may upload in an hour to this market.</summary>
    public const int AgentUploadBytesPerHour = 50_000_000;

    /// <summary>What Stripe's messages to this market are signed with.</summary>
    public const string StripeSecret = "whsec_api_tests";

    private static readonly byte[] AdminRandom = [.. Enumerable.Range(0, ApiKeySecret.RandomBytes).Select(at => (byte)at)];

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-api-tests-").FullName;
    private readonly ApiKeySecret _admin = ApiKeySecret.Create(live: false, AdminRandom);
    private readonly List<HttpClient> _clients = [];
    private WebApplication? _app;

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public IServiceProvider Services => _app!.Services;

    /// <summary>A client with the administrators' key.</summary>
    public MarketClient Admin { get; private set; } = null!;

    /// <summary>The stand-in for Stripe that this market takes cards through.</summary>
    public StripeServer Stripe { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Stripe = await StripeServer.Start(TimeProvider.System);
        var builder = WebApplication.CreateBuilder(
        [
            "--Host:Url=http://127.0.0.1:0",
            $"--Storage:DataDirectory={_folder}",
            $"--MARKETPLACE_ADMIN_KEY={_admin.Text}",
            $"--Api:AssetBytesMax={AssetBytesMax}",
            $"--Api:AccountStorageBytesMax={AccountStorageBytesMax}",
            $"--Api:AgentUploadBytesPerHour={AgentUploadBytesPerHour}",
            "--Api:RequestBurst=100000",
            "--Api:RequestsPerSecond=100000",
            "--Api:KeepAliveMilliseconds=200",
            "--Api:OffersCacheMilliseconds=0",
            "--Ledger:Holdback=00:00:00",
            "--Verification:RequireCommitments=false",
            "--Api:BatchFileBytesMax=200000",
            "--Batches:LinesInFlight=3",
            "--Quotes:AnswerWithin=00:01:00",
            "--Quotes:TimeMax=00:01:00",
            $"--Batches:UnfinishedMax={UnfinishedMax}",
            $"--Batches:FilesMax={FilesMax}",
            "--Batches:Look=00:00:00.100",
            "--Batches:Sweep=00:00:00.500",
            "--Webhooks:AllowPrivate=true",
            "--Webhooks:Look=00:00:00.100",
            "--Logging:LogLevel:Default=Warning",
            "--Payments:StripeApiKey=sk_test_sim",
            $"--Payments:StripeApiBase={Stripe.Url}",
            $"--Payments:WebhookSecrets:0={StripeSecret}",
        ]);
        builder.AddMarketplaceHost();
        builder.Services.AddSingleton<NamedModelReader>();
        builder.Services.AddSingleton<IModelReader>(services => services.GetRequiredService<NamedModelReader>());
        builder.Services.AddSingleton<IChatReader>(services => services.GetRequiredService<NamedModelReader>());

        _app = builder.Build();
        _app.MapMarketplaceHost();
        await _app.StartAsync();
        Url = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Admin = Client(_admin.Text);
        await Admin.Until("/v1/accounts/me", answer => answer.IsSuccessStatusCode, "the administrators' key works");
    }

    /// <summary>A client with this key, or with none.</summary>
    public MarketClient Client(string? key)
    {
        var http = new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None };
        var client = new HttpClient(http) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(60) };
        _clients.Add(client);

        if (key is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return new(client);
    }

    /// <summary>A new account with one key of these scopes.</summary>
    public async Task<MarketClient> NewAccount(params string[] scopes)
    {
        var created = await Admin.Post("/v1/accounts", new { name = "Test", scopes, live = false });
        var client = Client(created.Text("apiKey.secret"));
        client.Account = created.Text("account.id");
        client.Key = created.Text("apiKey.key.id");
        return client;
    }

    /// <summary>A new account for real money.</summary>
    public async Task<MarketClient> NewLiveRenter()
    {
        var created = await Admin.Post("/v1/accounts", new { name = "Live", scopes = new[] { "renter" }, live = true });
        var client = Client(created.Text("apiKey.secret"));
        client.Account = created.Text("account.id");
        return client;
    }

    /// <summary>A new account with money to spend.</summary>
    public async Task<MarketClient> NewRenter(string usdc = "10")
    {
        var renter = await NewAccount("renter");
        await Admin.Post($"/v1/admin/accounts/{renter.Account}/credit", new { amount = usdc, reason = "for a test" });
        return renter;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        await Stripe.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
