using Marketplace.Domain;
using Marketplace.Host.Accounts;
using Marketplace.Host.Crashes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Host.Tests;

public sealed class StartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-start-").FullName;

    [Theory]
    [InlineData("Host:Url", "localhost:80", "Host:Url is 'localhost:80'")]
    [InlineData("Host:OtlpEndpoint", "collector", "Host:OtlpEndpoint is 'collector'")]
    [InlineData("Host:SweepEvery", "soon", "Host:SweepEvery")]
    [InlineData("MARKETPLACE_ADMIN_KEY", "secret", "MARKETPLACE_ADMIN_KEY is no API key")]
    [InlineData("Storage:Providr", "Sqlite", "Providr")]
    [InlineData(Checkpoints.CrashAtKey, "job.accepted:1", "refused in the Production environment")]
    public void A_wrong_setting_is_refused_at_once_with_its_key(string key, string value, string expected)
    {
        var refused = Assert.Throws<StartException>(() => Add(key, value));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("'secret'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Api:RequestBurst", "0", "RequestBurst")]
    [InlineData("Api:DefaultMegasampleCap", "cheap", "Api:DefaultMegasampleCap")]
    [InlineData("Host:Readers", "0", "Readers")]
    [InlineData("Ledger:FeeBasisPoints", "10001", "Ledger:FeeBasisPoints must be 0 to 10000")]
    [InlineData("Payouts:Lanes", "0", "Payouts:Lanes")]
    public async Task A_setting_out_of_range_is_refused_when_the_host_starts(string key, string value, string expected)
    {
        await using var app = Add(key, value).Build();

        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(expected, StartException.Explain(refused), StringComparison.Ordinal);
    }

    [Fact]
    public void The_administrators_account_is_the_same_on_every_host() =>
        Assert.Equal("acc_", FirstAdmin.Account.Value[..4]);

    [Theory]
    [InlineData("nowhere:1", "names no checkpoint: 'nowhere'. Allowed are job.accepted, ")]
    [InlineData("chunk.sent", "must be name:k with k from 1")]
    [InlineData("chunk.sent:0", "must be name:k with k from 1")]
    [InlineData("chunk.sent:many", "must be name:k with k from 1")]
    public void A_crash_test_names_a_checkpoint_that_exists(string value, string expected)
    {
        var refused = Assert.Throws<StartException>(() => CrashPoint.Parse(value));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_test_gets_its_checkpoint_and_everybody_else_none()
    {
        await using var crashing = Add(Checkpoints.CrashAtKey, "chunk.sent:3", "CrashTest").Build();
        await using var usual = Add("Host:Readers", "1").Build();

        var point = Assert.IsType<CrashPoint>(crashing.Services.GetRequiredService<ICheckpoint>());
        Assert.Equal(("chunk.sent", 3), (point.Name, point.Time));
        Assert.IsType<NoCheckpoint>(usual.Services.GetRequiredService<ICheckpoint>());
    }

    [Fact]
    public async Task A_crash_test_may_name_a_file_that_says_later_where()
    {
        var path = Path.Combine(_folder, "crash-at");
        await using var crashing = Add(Checkpoints.CrashAtKey, "@" + path, "CrashTest").Build();
        var file = Assert.IsType<CrashFile>(crashing.Services.GetRequiredService<ICheckpoint>());

        file.Reach("chunk.sent");
        await File.WriteAllTextAsync(path, string.Empty, TestContext.Current.CancellationToken);
        file.Reach("chunk.sent");
        await File.WriteAllTextAsync(path, "nowhere:1", TestContext.Current.CancellationToken);

        // That it ends the process is what the crash matrix shows; that it reads what is asked shows here.
        Assert.Throws<StartException>(() => file.Reach("chunk.sent"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private WebApplicationBuilder Add(string key, string value, string environment = "Production")
    {
        var builder = WebApplication.CreateBuilder(
        [
            $"--environment={environment}", "--Host:Url=http://127.0.0.1:0", $"--Storage:DataDirectory={_folder}", $"--{key}={value}",
        ]);

        return builder.AddMarketplaceHost();
    }
}
