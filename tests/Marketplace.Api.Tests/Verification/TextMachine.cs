using Marketplace.Agent.Protocol;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;

namespace Marketplace.Api.Tests.Verification;

/// <summary>A model with random weights that makes texts for a <see cref="TestRig"/>, honest ones and others.</summary>
internal sealed class TextMachine : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly HostDevice _device = new(1);
    private readonly LlamaModel _model;
    private readonly InferenceEngine _engine;

    public TextMachine(int seed)
    {
        using (var file = File.Create(_path))
        {
            RandomLlama.Write(file, RandomLlama.ShapeTiny, TensorFormat.F32, seed);
        }

        _model = LlamaModel.Open(_path);
        _engine = new(_model, _device);
    }

    public byte[] Bytes => File.ReadAllBytes(_path);

    public int End => _model.Tokenizer.End;

    /// <summary>Makes what an order asks for.</summary>
    public MadeText Make(TextOrderMessage order) => Make(RequestOf(order));

    public MadeText Make(GenerationRequest request)
    {
        using var text = _engine.Begin(request with { Claims = true });
        var tokens = new List<TokenMessage>();
        var claims = new List<LogitClaim>();

        foreach (var token in text.Tokens(TestContext.Current.CancellationToken))
        {
            tokens.Add(new(token.Id, token.Text, token.Probabilities?
                .Select(one => new ProbabilityMessage(one.Id, one.Bytes, (float)Math.Min(0, one.LogProbability)))
                .ToArray()));
            claims.Add(token.Claim!);
        }

        if (text.EndClaim is { } end)
        {
            claims.Add(end);
        }

        claims.InsertRange(0, text.PromptClaims);
        return new(tokens, claims, text.Finish == FinishReason.Stop ? "stop" : "length");
    }

    /// <summary>What this model claims of the tokens of a text, whoever has drawn them.</summary>
    public IReadOnlyList<LogitClaim> ClaimsOf(GenerationRequest request, MadeText text)
    {
        int[] tokens = [.. request.PromptTokens ?? _model.Tokenizer.Encode(request.Prompt), .. text.Claims.Select(claim => claim.Token)];
        var logits = _engine.Logits(tokens, TestContext.Current.CancellationToken);
        var first = tokens.Length - text.Claims.Count;

        return [.. text.Claims.Select((claim, at) => LogitClaim.Of(logits[first + at - 1], claim.Token))];
    }

    /// <summary>What an order to audit another's text asks for.</summary>
    public IReadOnlyList<MeasuredPosition> Measure(AuditOrderMessage order) =>
    [
        .. LogitAudit.Measure(_engine, RequestOf(order.Text), order.Tokens, order.Tolerance).Select(one =>
            new MeasuredPosition(
                new(
                    one.Own.Token,
                    [.. one.Own.Top.Select(told => (told.Token, (float)told.Value))],
                    (float)one.Own.LogSumExp),
                (float)(one.Finding.IsOutside ? LogitJudge.Largest : one.Finding.Margin))),
    ];

    /// <summary>A token's letters in the middle of a text.</summary>
    public string TextOf(int token) =>
        System.Text.Encoding.UTF8.GetString(_model.Tokenizer.Decode(token, isFirst: false));

    public static GenerationRequest RequestOf(TextOrderMessage order) => new(
        order.Prompt,
        order.MaxTokens,
        InferenceLimits.EffectiveTemperature(order.Temperature),
        order.Seed,
        [.. order.Prefix.Select(token => token.Id)])
    {
        PromptTokens = order.PromptTokens,
        TellsPrompt = order.TellsPrompt,
        Logprobs = order.Logprobs,
    };

    /// <summary>The header that a rig commits to with an order.</summary>
    public LogitHeader HeaderOf(WorkOrderMessage order, string publicKey) => new(
        order.Text!.ModelId ?? order.Text.ModelSha256,
        LogitProfile.Of("F32"),
        [.. order.Text.PromptTokens ?? _model.Tokenizer.Encode(order.Text.Prompt)],
        LogitSampling.Canonical(
            order.Text.Temperature,
            order.Text.MaxTokens,
            order.Text.Prefix.Length,
            [],
            SamplingSettings.Plain,
            null,
            tellsPrompt: order.Text.TellsPrompt),
        order.Text.Seed,
        order.Work,
        publicKey)
    {
        IsModelId = order.Text.ModelId is not null,
    };

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
        _device.Dispose();
        File.Delete(_path);
    }

    /// <summary>A text with what is claimed of it.</summary>
    internal sealed record MadeText(
        IReadOnlyList<TokenMessage> Tokens, IReadOnlyList<LogitClaim> Claims, string Finish)
    {
        public byte[] Records =>
        [
            .. Claims.SelectMany(claim => new LogitRecord(
                claim.Token,
                [.. claim.Top.Select(one => (one.Token, (float)one.Value))],
                (float)claim.LogSumExp).Encode()),
        ];
    }
}
