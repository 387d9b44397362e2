using System.Globalization;
using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Serving;
using Marketplace.Compute.Inference.Verification;

namespace Marketplace.Compute.Inference.Tests.Serving;

/// <summary>A tiny model, an engine that makes texts one by one, and one that makes them side by side in steps.</summary>
internal sealed class ServingWorld : IDisposable
{
    private readonly ModelFile _file;
    private readonly LlamaModel _model;
    private readonly HostDevice _host = new(2);

    /// <param name="options">How many side by side.</param>
    /// <param name="isStepped">Whether the test makes the steps.</param>
    /// <param name="isEndless">Whether texts never end by themselves.</param>
    /// <param name="device">Stays the caller's; null for the processor.</param>
    public ServingWorld(
        ServingOptions? options = null, bool isStepped = true, bool isEndless = false, ComputeDevice? device = null)
    {
        using var bytes = new MemoryStream();
        Action<Stream, LlamaShape, TensorFormat, int> write =
            isEndless ? RandomLlama.WriteEndless : RandomLlama.Write;
        write(bytes, RandomLlama.ShapeTiny, TensorFormat.F32, 1);
        _file = new(bytes.ToArray());
        _model = LlamaModel.Open(_file.Location);
        Alone = new(_model, device ?? _host);
        Serving = new(Alone, options ?? new(), isStepped);
    }

    public InferenceEngine Alone { get; }

    public BatchingEngine Serving { get; }

    public ServedText Submit(
        string tenant, GenerationRequest text, CancellationToken cancel, bool isBatch = false) =>
        Assert.IsType<SubmitOutcome.Accepted>(Serving.Submit(new(tenant, text, isBatch), cancel)).Text;

    /// <summary>Steps until nothing is left to do.</summary>
    public int StepAll()
    {
        var steps = 0;

        while (Serving.Step())
        {
            Assert.InRange(++steps, 1, 100_000);
        }

        return steps;
    }

    /// <summary>All of a text that is made alone, in a form that shows every bit.</summary>
    public string WriteAlone(GenerationRequest request, CancellationToken cancel)
    {
        using var text = Alone.Begin(request);
        var tokens = text.Tokens(cancel).ToList();
        return Written(tokens, text.Finish, text.EndClaim, text.PromptClaims);
    }

    public static async Task<string> Read(ServedText text, CancellationToken cancel)
    {
        var tokens = await text.Tokens(cancel).ToListAsync(cancel);
        return Written(tokens, text.Finish, text.EndClaim, text.PromptClaims);
    }

    public void Dispose()
    {
        Serving.Dispose();
        Alone.Dispose();
        _model.Dispose();
        _host.Dispose();
        _file.Dispose();
    }

    private static string Written(
        List<GeneratedToken> tokens, FinishReason? finish, LogitClaim? end, IReadOnlyList<LogitClaim> prompt) =>
        string.Join('\n', [.. prompt.Select(Of), .. tokens.Select(Of)]) + $"\n{finish} {Of(end)}";

    private static string Of(GeneratedToken token)
    {
        var probabilities = token.Probabilities?.Select(one => $"{one.Id}:{Bits(one.LogProbability)}") ?? [];
        return $"{token.Index} {token.Id} {token.Text} [{string.Join(',', probabilities)}] {Of(token.Claim)}";
    }

    private static string Of(LogitClaim? claim) => claim is null
        ? "-"
        : $"{claim.Token} {Bits(claim.LogSumExp)} {string.Join(',', claim.Top.Select(one => Bits(one.Value)))}";

    private static string Bits(double value) =>
        BitConverter.DoubleToInt64Bits(value).ToString("x", CultureInfo.InvariantCulture);
}
