using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;
using OpenAI;
using OpenAI.Files;

namespace Marketplace.EndToEnd.Tests;

/// <summary>A batch whose host is killed in its middle.</summary>
public class BatchCrashTests
{
    private const int Lines = 40;
    private const int Tokens = 16;

    /// <summary>Lines that have ended when the host dies: once early, once late.</summary>
    private static readonly int[] DeathsAt = [3, 25];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_run_and_charged_once_though_the_host_dies_twice()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        world.Set("Batches:LinesInFlight", "4");
        world.Set("Batches:Look", "00:00:00.050");
        world.Set("Batches:Sweep", "00:00:00.500");
        var host = await world.StartHost(Cancel);
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        await world.RegisterQuickModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var renter = await world.NewRenter("5.000000", Cancel);
        var input = await Upload(world, renter);
        var wish = new { input_file_id = input, endpoint = "/v1/completions", completion_window = "24h" };
        var batch = $"/v1/batches/{(await renter.Post("/v1/batches", wish, Cancel, "night"))["id"]}";

        foreach (var ended in DeathsAt)
        {
            var seen = await World.Until(
                renter, batch, $"{ended} lines have ended", view => Completed(view) >= ended, Cancel);
            Assert.Equal("in_progress", (string)seen["status"]!);
            await host.Kill();
            host = await world.StartHost(Cancel);
            renter = world.Client(renter.Key);
            Assert.Equal(batch, $"/v1/batches/{(await renter.Post("/v1/batches", wish, Cancel, "night"))["id"]}");
        }

        var done = await World.Until(
            renter, batch, "the batch completes", view => (string)view["status"]! == "completed", Cancel);
        Assert.Equal((Lines, 0), (Completed(done), (int)done["request_counts"]!["failed"]!));
        Assert.Null(done["error_file_id"]);
        await Check(renter, (string)done["output_file_id"]!);
        await world.BooksBalance(Cancel);
        await world.BooksVerify();

        // With their files the bytes go.
        var bytes = Path.Combine(world.Folder, "host", "files", "sha256");
        Assert.Equal(2, Directory.GetFiles(bytes, "*", SearchOption.AllDirectories).Length);
        await Files(world, renter).DeleteFileAsync(input, Cancel);
        await Files(world, renter).DeleteFileAsync((string)done["output_file_id"]!, Cancel);
        Assert.Empty(Directory.GetFiles(bytes, "*", SearchOption.AllDirectories));
    }

    /// <summary>The output has every line once, in order; each is one job with one receipt, and these are all that was paid.</summary>
    private static async Task Check(RestClient renter, string output)
    {
        var lines = Encoding.UTF8.GetString(await renter.Bytes($"/v1/files/{output}/content", Cancel))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .ToArray();
        Assert.Equal(
            Enumerable.Range(0, Lines).Select(at => $"line-{at}"),
            lines.Select(line => (string)line["custom_id"]!),
            StringComparer.Ordinal);
        Assert.All(lines, line => Assert.Equal(200, (int)line["response"]!["status_code"]!));
        Assert.All(
            lines, line => Assert.Equal(Tokens, (int)line["response"]!["body"]!["usage"]!["completion_tokens"]!));

        var jobs = (await renter.Get("/v1/jobs?limit=100", Cancel))["data"]!.AsArray();
        Assert.Equal(
            lines.Select(line => (string)line["response"]!["request_id"]!).Order(StringComparer.Ordinal),
            jobs.Select(job => (string)job!["id"]!).Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var (charged, receipts) = (Usdc.Zero, new HashSet<string>(StringComparer.Ordinal));

        foreach (var id in jobs.Select(job => (string)job!["id"]!))
        {
            var job = await renter.Get($"/v1/jobs/{id}", Cancel);
            Assert.Equal("succeeded", (string)job["state"]!);
            Assert.True(receipts.Add((string)job["receipt"]!), id);
            charged += Usdc.Parse((string)job["charged"]!);
        }

        Assert.True(charged > Usdc.Zero);
        var balance = await renter.Get("/v1/balance", Cancel);
        Assert.Equal(Usdc.Parse("5") - charged, Usdc.Parse((string)balance["promo"]!));
        Assert.Equal(Usdc.Zero, Usdc.Parse((string)balance["reserved"]!));
    }

    private static async Task<string> Upload(World world, RestClient renter)
    {
        var lines = Enumerable.Range(0, Lines).Select(at => JsonSerializer.Serialize(new
        {
            custom_id = $"line-{at}",
            method = "POST",
            url = "/v1/completions",
            body = new { model = "quick", prompt = $"Ask {at}", max_tokens = Tokens, temperature = 0 },
        }));
        var file = await Files(world, renter).UploadFileAsync(
            BinaryData.FromString(string.Join('\n', lines)), "night.jsonl", FileUploadPurpose.Batch);
        return file.Value.Id;
    }

    private static int Completed(JsonNode batch) => (int)batch["request_counts"]!["completed"]!;

    private static OpenAIFileClient Files(World world, RestClient account) => new OpenAIClient(
        new ApiKeyCredential(account.Key),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(new Uri(world.HostUrl), "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        }).GetOpenAIFileClient();
}
