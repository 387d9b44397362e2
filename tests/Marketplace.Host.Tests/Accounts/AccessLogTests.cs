using System.Net;
using System.Net.Http.Headers;
using Marketplace.Domain.Accounts;
using Marketplace.Host.Accounts;
using Marketplace.Host.Storage;
using Marketplace.Ledger.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Host.Tests.Accounts;

/// <summary>Who used an account is written down: by a whole host, and by the log alone.</summary>
public sealed class AccessLogTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-access-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_that_were_answered_stand_in_the_log_by_route_when_the_host_has_stopped()
    {
        var secret = ApiKeySecret.Create(live: false, [.. Enumerable.Range(0, ApiKeySecret.RandomBytes).Select(at => (byte)at)]);
        var builder = WebApplication.CreateBuilder(
        [
            "--Host:Url=http://127.0.0.1:0", $"--Storage:DataDirectory={_folder}", $"--MARKETPLACE_ADMIN_KEY={secret.Text}",
            "--Logging:LogLevel:Default=Error",
        ]);
        builder.AddMarketplaceHost();
        string account;

        await using (var app = builder.Build())
        {
            app.MapMarketplaceHost();
            await app.StartAsync(Cancel);
            using var client = new HttpClient(new SocketsHttpHandler())
            {
                BaseAddress = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
                DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret.Text) },
            };
            account = await Me(client);
            using var found = await client.GetAsync("/v1/balance", Cancel);
            using var missing = await client.GetAsync("/v1/receipts/rcp_00000000000000000000000000", Cancel);
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (found.StatusCode, missing.StatusCode));
            await app.StopAsync(Cancel);
        }

        await using var databases = Databases.From(new StorageOptions { DataDirectory = _folder });
        var lines = await new AccessRows(databases.Books).Since(AccountId.Parse(account), Noon, 10, Cancel);
        Assert.Equal(
            "GET /v1/accounts/me, GET /v1/balance",
            string.Join(", ", lines.Select(line => line.What.TrimEnd('/')).Order(StringComparer.Ordinal)));
        Assert.All(lines, line => Assert.Equal("127.0.0.1", line.Address, StringComparer.Ordinal));
        Assert.Equal(1, lines.Single(line => line.What.StartsWith("GET /v1/balance", StringComparison.Ordinal)).Calls);
    }

    [Fact]
    public async Task Lines_beyond_the_limit_are_not_kept_and_known_ones_still_count()
    {
        await Storage.TestHost.Stop(await Storage.TestHost.Start(("Storage:DataDirectory", _folder)));
        await using var databases = Databases.From(new StorageOptions { DataDirectory = _folder });
        var rows = new AccessRows(databases.Books);
        using var log = new AccessLog(rows, new FakeTimeProvider(Noon), NullLogger<AccessLog>.Instance);
        var (account, key) = (AccountId.From(Guid.Empty), ApiKeyId.From(Guid.Empty));

        for (var line = 0; line <= AccessLog.LinesMax; line++)
        {
            log.Seen(account, key, $"address {line}", "GET /v1/jobs");
        }

        log.Seen(account, key, "address 0", "GET /v1/jobs");
        await log.StopAsync(Cancel);

        var kept = await rows.Since(account, Noon, AccessLog.LinesMax * 2, Cancel);
        Assert.Equal(AccessLog.LinesMax, kept.Count);
        Assert.Equal(2, kept.Single(line => line.Address == "address 0").Calls);
        Assert.DoesNotContain(kept, line => line.Address == $"address {AccessLog.LinesMax}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The administrators' key is made while the host starts.</summary>
    private static async Task<string> Me(HttpClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));

        while (await pace.WaitForNextTickAsync(limit.Token))
        {
            using var answer = await client.GetAsync("/v1/accounts/me", limit.Token);

            if (answer.IsSuccessStatusCode)
            {
                using var me = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync(limit.Token));
                return me.RootElement.GetProperty("account").GetProperty("id").GetString()!;
            }
        }

        throw new TimeoutException("the administrators' key did not work within 30 s");
    }
}
