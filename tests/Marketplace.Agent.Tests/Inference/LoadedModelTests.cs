using Marketplace.Agent.Inference;
using Marketplace.Agent.Tests.CommandLine;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Ilgpu;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Agent.Tests.Inference;

public sealed class LoadedModelTests : IDisposable
{
    private const int Tokens = 40;
    private const string Tenant = "a tenant";
    private const string Long = "Once upon a time there was a little girl named Lily who loved to play outside in the park.";

    private static readonly string[] Prompts = ["Once", "Lily and her dog", "One day, Tom", "The sun was hot"];

    private readonly ComputeDevice _device = ComputeDevice.Open(DeviceChoice.Of(DeviceKind.Host), 2);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task Texts_made_together_are_those_made_alone_in_fewer_passes()
    {
        using var model = Open(slots: Prompts.Length);
        var together = Prompts.Select((prompt, at) => Together(model, $"tenant {at}", Request(prompt, at))).ToArray();
        var texts = await Task.WhenAll(together);

        Assert.Equal(Prompts.Select((prompt, at) => Alone(model, Request(prompt, at))), texts);
        Assert.Equal(Prompts.Length, Metrics(model).Ended);
        Assert.InRange(Metrics(model).Steps, 1, Metrics(model).TokensMade - 1);
    }

    [Fact]
    public async Task A_common_beginning_is_read_once_for_a_tenant_and_never_for_two()
    {
        using var model = Open(slots: 2);
        var first = await Together(model, Tenant, Request(Long, 1));
        await Together(model, "another", Request(Long, 1));
        var foreign = Metrics(model).PrefixHitTokens;
        var again = await Together(model, Tenant, Request(Long, 1));

        Assert.Equal(0, foreign);
        Assert.True(Metrics(model).PrefixHitTokens > 0);
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task What_was_read_before_is_told_and_counts_no_tokens_behind_the_prompt()
    {
        using var model = Open(slots: 1);
        var made = new List<int>();
        var request = Request(Long, 1);
        var first = await model.MakeTogether(new(Tenant, request), token => made.Add(token.Id), Cancel);
        var again = await model.MakeTogether(new(Tenant, request), _ => { }, Cancel);

        // The same text gone on with by its ids: all of it may be found, and the prompt is the most that is told.
        var ids = request with { PromptTokens = [.. first.Prompt], Prefix = made[..^1] };
        var last = await model.MakeTogether(new(Tenant, ids), _ => { }, Cancel);

        Assert.Equal(0, first.CachedTokens);
        Assert.Equal((first.Prompt.Count - 1) / 16 * 16, again.CachedTokens);
        Assert.Equal(first.Prompt.Count, last.CachedTokens);
        Assert.Equal(first.Prompt, last.Prompt);
    }

    [Fact]
    public async Task A_text_that_the_shared_memory_cannot_hold_has_memory_of_its_own()
    {
        using var model = Open(slots: 2, keyValueBytes: 1);
        var text = await Together(model, Tenant, Request(Long, 3));

        Assert.Equal(Alone(model, Request(Long, 3)), text);
        Assert.Equal((0L, 1), (Metrics(model).TokensMade, Metrics(model).Blocks));
    }

    [Fact]
    public async Task Whoever_stops_reading_ends_the_text()
    {
        using var model = Open(slots: 2);

        await Assert.ThrowsAsync<InvalidDataException>(() => model.MakeTogether(
            new(Tenant, Request("Once", 1)), _ => throw new InvalidDataException("the reader has left"), Cancel));

        // Behind it in the same steps: when this has ended, the other was dropped.
        await Together(model, Tenant, Request("Lily", 1));
        Assert.Equal((1L, 1L), (Metrics(model).Cancelled, Metrics(model).Ended));
    }

    [Fact]
    public async Task On_a_device_of_kernels_texts_are_made_together_as_well()
    {
        using var device = IlgpuDevice.OpenForTests();
        using var model = Open(slots: 2, device: device);
        var requests = Prompts.Take(2).Select((prompt, at) => Request(prompt, at) with { TokensMax = 3 }).ToArray();
        var texts = await Task.WhenAll(requests.Select(request => Together(model, Tenant, request)));

        Assert.Equal(requests.Select(request => Alone(model, request)), texts);
        Assert.Equal(2L, Metrics(model).Ended);
        Assert.InRange(Metrics(model).Blocks, 2, 4 * 32);
    }

    private static ServingMetrics Metrics(LoadedModel model) => model.Together!;

    private static GenerationRequest Request(string prompt, int seed) => new(prompt, Tokens, 0.8, (ulong)seed, []);

    private static async Task<(string Text, string Finish, int Prompt)> Together(
        LoadedModel model, string tenant, GenerationRequest request)
    {
        var text = new List<string>();
        var end = await model.MakeTogether(new(tenant, request), token => text.Add(token.Text), Cancel);
        return (string.Concat(text), end.FinishReason, end.Prompt.Count);
    }

    private static (string Text, string Finish, int Prompt) Alone(LoadedModel model, GenerationRequest request)
    {
        var text = new List<string>();
        var end = model.Make(request, token => text.Add(token.Text), Cancel);
        return (string.Concat(text), end.FinishReason, end.Prompt.Count);
    }

    private LoadedModel Open(int slots, long keyValueBytes = 1L << 26, ComputeDevice? device = null) => LoadedModel.Open(
        LlamaModel.Open(SharedData.Find("models/stories260K/stories260K.gguf")),
        device ?? _device,
        null,
        new AgentOptions { Slots = slots, KeyValueBytesMax = keyValueBytes });
}
