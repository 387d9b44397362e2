using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Marketplace.Api.Tests.Inference;
using Marketplace.Api.Tests.Inference.OpenAi;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.Extensions.DependencyInjection;
using OpenAI;
using OpenAI.Files;
using Orleans.Core.Internal;

namespace Marketplace.Api.Tests.Batches;

#pragma warning disable OPENAI001 // The client calls batches experimental.

/// <summary>Files and batches, ordered with OpenAI's own .NET client.</summary>
public sealed class BatchTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_answers_every_line_in_its_files_and_each_is_a_job_that_is_paid()
    {
        var (_, rig) = await TestRig.Start(market, "batch-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        var client = Client(renter);
        var input = await Upload(
            client,
            Line("first", model, "batch-one", "One", temperature: 1e-308),
            // Of a name that stands twice the last counts; others are inside of something else.
            $$"""{"note":{"custom_id":"inner"},"custom_id":"old",{{Line("second", model, "batch-one", "Two")[1..]}}""",
            Line("hot", model, "batch-one", "Three", temperature: 9),
            Line("unknown", "no-such-model", "batch-one", "Four"),
            Line("half", model, "batch-one", "Five").Replace("Five", "\\ud800", StringComparison.Ordinal));

        var batch = await Create(client, input);
        await Serve(rig, 2);
        var ended = await Until(renter, batch, "completed");

        Assert.Equal((5, 2, 3), Counts(ended));
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("errors").ValueKind);
        Assert.True(ended.GetProperty("completed_at").GetInt64() >= ended.GetProperty("created_at").GetInt64());
        Assert.Equal(
            ended.GetProperty("created_at").GetInt64() + (24 * 60 * 60), ended.GetProperty("expires_at").GetInt64());

        var answers = await Lines(client, ended.Text("output_file_id"));
        Assert.Equal(["first", "second"], answers.Select(line => (string)line["custom_id"]!), StringComparer.Ordinal);
        Assert.Equal("to One", Text(answers[0]));
        Assert.Equal("to Two", Text(answers[1]));
        Assert.All(answers, line =>
        {
            Assert.StartsWith("batch_req_", (string)line["id"]!, StringComparison.Ordinal);
            Assert.Equal(200, (int)line["response"]!["status_code"]!);
            Assert.Null(line["error"]);
            Assert.Equal("chat.completion", (string)line["response"]!["body"]!["object"]!);
            Assert.Equal(5, (int)line["response"]!["body"]!["usage"]!["total_tokens"]!);
        });

        var refusals = await Lines(client, ended.Text("error_file_id"));
        Assert.Equal(["hot", "unknown", "half"], refusals.Select(line => (string)line["custom_id"]!), StringComparer.Ordinal);
        Assert.Equal(400, (int)refusals[0]["response"]!["status_code"]!);
        Assert.Equal("temperature", (string)refusals[0]["response"]!["body"]!["error"]!["param"]!);
        Assert.Equal(404, (int)refusals[1]["response"]!["status_code"]!);
        Assert.Equal("model_not_found", (string)refusals[1]["response"]!["body"]!["error"]!["code"]!);
        Assert.Equal("messages[0].content", (string)refusals[2]["response"]!["body"]!["error"]!["param"]!);

        var job = await renter.Get($"/v1/jobs/{(string)answers[0]["response"]!["request_id"]!}");
        Assert.Equal("succeeded", job.Text("state"));
        Assert.Equal(0, job.GetProperty("temperature").GetDouble());
        Assert.NotEqual(JsonValueKind.Null, job.GetProperty("receipt").ValueKind);
        Assert.Equal(2, (await renter.Get("/v1/jobs")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_of_embeddings_answers_vectors_and_the_refusals_of_the_direct_request()
    {
        var (_, rig) = await TestRig.Start(market, "batch-emb");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await TinyModel.Register(market);
        var client = Client(renter);
        string Embed(string id, object input, int? dimensions = null, string format = "float") =>
            JsonSerializer.Serialize(new
            {
                custom_id = id,
                method = "POST",
                url = "/v1/embeddings",
                body = new
                {
                    model = model.Name,
                    input,
                    encoding_format = format,
                    dimensions,
                    marketplace = new { region = "batch-emb" },
                },
            });
        var input = await Upload(
            client,
            Embed("one", "hello"),
            Embed("two", new[] { "a", "b" }, format: "base64"),
            Embed("empty", ""),
            Embed("wide", "a", dimensions: 999));

        var batch = (await client.GetBatchClient()
            .CreateBatchAsync(Wish(input, "/v1/embeddings"), waitUntilCompleted: false)).BatchId;
        await model.Serve(rig);
        await model.Serve(rig);
        var ended = await Until(renter, batch, "completed");

        Assert.Equal((4, 2, 2), Counts(ended));
        var answers = await Lines(client, ended.Text("output_file_id"));
        Assert.Equal(["one", "two"], answers.Select(line => (string)line["custom_id"]!), StringComparer.Ordinal);
        var first = answers[0]["response"]!["body"]!;
        Assert.Equal(
            model.Vector(0), first["data"]![0]!["embedding"]!.AsArray().Select(number => (float)number!).ToArray());
        Assert.Equal(model.Tokens("hello"), (int)first["usage"]!["prompt_tokens"]!);
        var second = answers[1]["response"]!["body"]!["data"]!.AsArray();
        Assert.Equal(
            [Convert.ToBase64String(TinyModel.BytesOf(model.Vector(0))), Convert.ToBase64String(TinyModel.BytesOf(model.Vector(1)))],
            second.Select(one => (string)one!["embedding"]!),
            StringComparer.Ordinal);

        var refusals = await Lines(client, ended.Text("error_file_id"));
        Assert.Equal(
            [("empty", 400, "input"), ("wide", 400, "dimensions")],
            refusals.Select(line => (
                (string)line["custom_id"]!,
                (int)line["response"]!["status_code"]!,
                (string)line["response"]!["body"]!["error"]!["param"]!)));
        var job = await renter.Get($"/v1/jobs/{(string)answers[0]["response"]!["request_id"]!}");
        Assert.Equal("embedding", job.Text("kind"));
        Assert.NotEqual(JsonValueKind.Null, job.GetProperty("receipt").ValueKind);
    }

    [Fact]
    public async Task A_batch_that_is_forgotten_in_its_middle_runs_and_charges_every_line_once()
    {
        const int Total = 8;
        var (_, rig) = await TestRig.Start(market, "batch-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        var client = Client(renter);
        var input = await Upload(
            client, [.. Enumerable.Range(0, Total).Select(at => Line($"line-{at}", model, "batch-two", $"Ask {at}"))]);
        var batch = await Create(client, input);

        for (var at = 0; at < Total; at++)
        {
            await Serve(rig, 1);
            await market.Services.GetRequiredService<IGrainFactory>().GetGrain<IBatchGrain>(batch)
                .AsReference<IGrainManagementExtension>().DeactivateOnIdle(TestContext.Current.CancellationToken);
        }

        var ended = await Until(renter, batch, "completed");
        var answers = await Lines(client, ended.Text("output_file_id"));

        Assert.Equal((Total, Total, 0), Counts(ended));
        Assert.Equal(JsonValueKind.Null, ended.GetProperty("error_file_id").ValueKind);
        Assert.Equal(
            Enumerable.Range(0, Total).Select(at => ($"line-{at}", $"to Ask {at}")),
            answers.Select(line => ((string)line["custom_id"]!, Text(line))));

        var jobs = (await renter.Get("/v1/jobs?limit=100")).GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(Total, jobs.Length);
        Assert.All(jobs, job => Assert.Equal("succeeded", job.Text("state")));
        Assert.Null(await rig.Lease());
    }

    [Fact]
    public async Task A_batch_that_is_cancelled_keeps_what_was_finished()
    {
        var (_, rig) = await TestRig.Start(market, "batch-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);
        var client = Client(renter);
        var input = await Upload(
            client, [.. Enumerable.Range(0, 9).Select(at => Line($"line-{at}", model, "batch-three", $"Ask {at}"))]);
        var operation = await client.GetBatchClient().CreateBatchAsync(Wish(input), waitUntilCompleted: false);
        await Serve(rig, 1);
        await renter.Until(
            $"/v1/batches/{operation.BatchId}",
            answer => Counts(Body(answer)).Completed == 1,
            "one line has ended");

        using var told = JsonDocument.Parse((await operation.CancelAsync(null)).GetRawResponse().Content);
        Assert.Equal("cancelling", told.RootElement.Text("status"));
        var ended = await Until(renter, operation.BatchId, "cancelled");

        Assert.Equal((9, 1, 0), Counts(ended));
        Assert.Single(await Lines(client, ended.Text("output_file_id")));
        var rest = await Lines(client, ended.Text("error_file_id"));
        Assert.Equal(8, rest.Count);
        Assert.All(rest, line =>
        {
            Assert.Null(line["response"]);
            Assert.Equal("batch_cancelled", (string)line["error"]!["code"]!);
        });

        // What was set aside for lines under way is free again, and no line begins any more.
        var jobs = (await renter.Get("/v1/jobs?limit=100")).GetProperty("data").EnumerateArray().ToArray();
        Assert.All(jobs, job => Assert.True(job.Text("state") is "succeeded" or "cancelled", job.Text("state")));
        Assert.Equal("0.000000", (await renter.Get("/v1/balance")).Text("reserved"));
    }

    [Fact]
    public async Task An_input_that_is_wrong_fails_with_its_lines_and_runs_nothing()
    {
        var renter = await market.NewRenter();
        var client = Client(renter);
        var good = Line("twice", "some-model", "batch-four", "One");
        var input = await Upload(
            client,
            good,
            "{ no json",
            good,
            good.Replace("/v1/chat/completions", "/v1/completions", StringComparison.Ordinal),
            """{"custom_id":"x","method":"GET","url":"/v1/chat/completions","body":{}}""",
            "[]",
            """{"custom_id":"\ud800","method":"POST","url":"/v1/chat/completions","body":{}}""");

        var ended = await Until(renter, await Create(client, input), "failed");

        var faults = ended.GetProperty("errors").GetProperty("data").EnumerateArray()
            .Select(fault => (fault.GetProperty("line").GetInt32(), fault.Text("code")));
        Assert.Equal(
            [
                (2, "invalid_json_line"),
                (3, "duplicate_custom_id"),
                (4, "mismatched_endpoint"),
                (5, "invalid_method"),
                (6, "invalid_json_line"),
                (7, "invalid_custom_id"),
            ],
            faults);
        Assert.Equal((0, 0, 0), Counts(ended));
        Assert.Equal(0, (await renter.Get("/v1/jobs")).GetProperty("data").GetArrayLength());

        var empty = await Until(renter, await Create(client, await Upload(client, " ", "")), "failed");
        Assert.Equal("empty_file", empty.GetProperty("errors").GetProperty("data")[0].Text("code"));
    }

    [Fact]
    public async Task Files_and_batches_are_seen_by_their_account_alone()
    {
        var renter = await market.NewRenter();
        var client = Client(renter);
        var input = await Upload(client, "{ no json");
        var batch = await Create(client, input);
        var stranger = await market.NewRenter();
        var strange = Client(stranger);

        var files = strange.GetOpenAIFileClient();
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(input, Cancel))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.DownloadFileAsync(input, Cancel))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.DeleteFileAsync(input, Cancel))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => Create(strange, input))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.Http.GetAsync($"/v1/batches/{batch}", Cancel)).StatusCode);
        Assert.Equal(
            HttpStatusCode.NotFound, (await stranger.Http.PostAsync($"/v1/batches/{batch}/cancel", null, Cancel)).StatusCode);
        Assert.Equal(0, (await stranger.Get("/v1/batches")).GetProperty("data").GetArrayLength());
        Assert.Empty((await files.GetFilesAsync(Cancel)).Value);
        Assert.Equal(1, (await renter.Get("/v1/batches")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task Files_are_listed_in_pages_fetched_and_deleted()
    {
        var renter = await market.NewRenter();
        var client = Client(renter);
        var files = client.GetOpenAIFileClient();
        string[] ids = [await Upload(client, "a"), await Upload(client, "b"), await Upload(client, "c")];

        Assert.Equal("b\n", (await files.DownloadFileAsync(ids[1], Cancel)).Value.ToString());
        var one = (await files.GetFileAsync(ids[0], Cancel)).Value;
        Assert.Equal(("requests.jsonl", FilePurpose.Batch, 2), (one.Filename, one.Purpose, one.SizeInBytes));

        var page = await renter.Get("/v1/files?limit=2");
        Assert.Equal([ids[2], ids[1]], Ids(page));
        Assert.True(page.GetProperty("has_more").GetBoolean());
        page = await renter.Get($"/v1/files?limit=2&after={page.Text("last_id")}&purpose=batch");
        Assert.Equal([ids[0]], Ids(page));
        Assert.False(page.GetProperty("has_more").GetBoolean());
        page = await renter.Get($"/v1/files?limit=1&order=asc&after={ids[0]}");
        Assert.Equal([ids[1]], Ids(page));
        Assert.True(page.GetProperty("has_more").GetBoolean());

        Assert.True((await files.DeleteFileAsync(ids[1], Cancel)).Value.Deleted);
        Assert.Equal(404, (await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(ids[1], Cancel))).Status);
        Assert.Equal([ids[2], ids[0]], Ids(await renter.Get("/v1/files")));
    }

    [Fact]
    public async Task A_deleted_file_makes_room_for_another()
    {
        var renter = await market.NewRenter();
        var client = Client(renter);
        var big = new string('x', 80_000);
        var first = await Upload(client, big);
        await Upload(client, big);
        await Upload(client, big);

        var full = await Assert.ThrowsAsync<ClientResultException>(() => Upload(client, big));
        Assert.Equal(413, full.Status);
        Assert.Contains("storage_quota_exceeded", full.Message, StringComparison.Ordinal);

        await client.GetOpenAIFileClient().DeleteFileAsync(first, Cancel);
        await Upload(client, big);
    }

    [Fact]
    public async Task An_account_has_so_many_unfinished_batches_and_files_and_no_more()
    {
        var renter = await market.NewRenter();
        var client = Client(renter);

        // No rig is there to run the line: the batches stay.
        var input = await Upload(client, Line("waits", await Jobs.Model(market), "batch-nowhere", "One"));
        string[] batches = [await Create(client, input), await Create(client, input)];
        Assert.Equal(TestMarket.UnfinishedMax, batches.Length);

        var many = await Assert.ThrowsAsync<ClientResultException>(() => Create(client, input));
        Assert.Equal(429, many.Status);
        Assert.Contains("batch_limit_exceeded", many.Message, StringComparison.Ordinal);
        Assert.Contains($"has {TestMarket.UnfinishedMax} batches", many.Message, StringComparison.Ordinal);
        Assert.Equal(TestMarket.UnfinishedMax, (await renter.Get("/v1/batches")).GetProperty("data").GetArrayLength());

        // One that was read has its line in a file of errors.
        await Until(renter, batches[0], "in_progress");
        using var cancelled = await renter.Http.PostAsync($"/v1/batches/{batches[0]}/cancel", null, Cancel);
        await Until(renter, batches[0], "cancelled");
        await Create(client, input);

        // Its errors are a file as well.
        for (var files = 2; files < TestMarket.FilesMax; files++)
        {
            await Upload(client, "x");
        }

        var full = await Assert.ThrowsAsync<ClientResultException>(() => Upload(client, "x"));
        Assert.Equal(400, full.Status);
        Assert.Contains("file_limit_exceeded", full.Message, StringComparison.Ordinal);
        await client.GetOpenAIFileClient().DeleteFileAsync(input, Cancel);
        await Upload(client, "x");
    }

    [Fact]
    public async Task A_file_that_is_too_long_for_a_batch_is_refused()
    {
        var client = Client(await market.NewRenter());
        var full = await Assert.ThrowsAsync<ClientResultException>(() => Upload(client, new string('x', 200_000)));

        Assert.Equal(413, full.Status);
        Assert.Contains("At most 200000 bytes", full.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fine-tune", "/v1/chat/completions", "24h", "purpose")]
    [InlineData("batch", "/v1/chat/completions", "1h", "completion_window")]
    [InlineData("batch", "/v1/responses", "24h", "endpoint")]
    public async Task What_is_not_supported_is_refused_by_name(string purpose, string endpoint, string window, string field)
    {
        var renter = await market.NewRenter();
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent("{}"u8.ToArray()), "file", "x.jsonl" },
            { new StringContent(purpose), "purpose" },
        };
        using var uploaded = await renter.Http.PostAsync("/v1/files", form, Cancel);
        var answer = uploaded;

        if (uploaded.IsSuccessStatusCode)
        {
            var id = Body(uploaded).Text("id");
            using var wish = new StringContent(
                JsonSerializer.Serialize(new { input_file_id = id, endpoint, completion_window = window }),
                Encoding.UTF8,
                "application/json");
            answer = await renter.Http.PostAsync("/v1/batches", wish, Cancel);
        }

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, Body(answer).GetProperty("error").Text("param"));
    }

    private static string Line(string id, string model, string region, string ask, double temperature = 0) =>
        JsonSerializer.Serialize(new
        {
            custom_id = id,
            method = "POST",
            url = "/v1/chat/completions",
            body = new
            {
                model,
                messages = new[] { new { role = "user", content = ask } },
                max_tokens = 4,
                temperature,
                marketplace = new { region },
            },
        });

    private static async Task<string> Upload(OpenAIClient client, params string[] lines)
    {
        var bytes = BinaryData.FromString(string.Concat(lines.Select(line => line + "\n")));
        return (await client.GetOpenAIFileClient().UploadFileAsync(bytes, "requests.jsonl", FileUploadPurpose.Batch)).Value.Id;
    }

    private static async Task<string> Create(OpenAIClient client, string input) =>
        (await client.GetBatchClient().CreateBatchAsync(Wish(input), waitUntilCompleted: false)).BatchId;

    private static BinaryContent Wish(string input, string endpoint = "/v1/chat/completions") => BinaryContent.Create(BinaryData.FromObjectAsJson(new
    {
        input_file_id = input,
        endpoint,
        completion_window = "24h",
        metadata = new { night = "first" },
    }));

    /// <summary>Answers so many orders: "to" and what was asked.</summary>
    private static async Task Serve(TestRig rig, int orders)
    {
        for (var at = 0; at < orders; at++)
        {
            var order = await rig.LeaseSome();
            Assert.True(order.Text!.IsBatch);
            var ask = order.Text.Prompt.Split("user\n")[1].Split("<|im_end|>")[0];
            await rig.DeliverText(order, "to", $" {ask}");
        }
    }

    private static async Task<List<JsonNode>> Lines(OpenAIClient client, string file)
    {
        var bytes = (await client.GetOpenAIFileClient().DownloadFileAsync(file, Cancel)).Value;
        return [.. bytes.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private static async Task<JsonElement> Until(MarketClient renter, string batch, string status) => await renter.Until(
        $"/v1/batches/{batch}", answer => Body(answer).Text("status") == status, $"status {status}");

    private static JsonElement Body(HttpResponseMessage answer)
    {
        using var body = answer.Content.ReadAsStream(Cancel);
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private static (int Total, int Completed, int Failed) Counts(JsonElement batch)
    {
        var counts = batch.GetProperty("request_counts");
        return (
            counts.GetProperty("total").GetInt32(),
            counts.GetProperty("completed").GetInt32(),
            counts.GetProperty("failed").GetInt32());
    }

    private static string Text(JsonNode line) =>
        (string)line["response"]!["body"]!["choices"]![0]!["message"]!["content"]!;

    private static string[] Ids(JsonElement page) =>
        [.. page.GetProperty("data").EnumerateArray().Select(item => item.Text("id"))];

    private OpenAIClient Client(MarketClient renter) => new(
        new ApiKeyCredential(renter.Http.DefaultRequestHeaders.Authorization!.Parameter!),
        new OpenAIClientOptions
        {
            Endpoint = new Uri(market.Url, "/v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
}
