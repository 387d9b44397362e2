using Marketplace.Compute.Devices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Host.Tests.Verification.Cheats;

/// <summary>
/// The cheating table of one model: texts of an honest device, of every kind of cheat, and what an audit says of them.
/// Provider and verifier are this machine's processor.
/// </summary>
internal sealed class CheatingTable : IDisposable
{
    private const double Noise = 0.05;
    private const double Resampled = 0.1;
    private const int OtherSeed = 99;

    private static readonly string[] Prompts =
    [
        "Once upon a time", "Tom and Lily went to", "The cat was", "One day, a little girl", "There was a big",
        "Mom said", "In the park", "A boy named Ben",
    ];

    private readonly HostDevice _device;
    private readonly string _path;
    private readonly LlamaModel _model;
    private readonly InferenceEngine _engine;
    private readonly CheatingDevice _true;
    private readonly Dictionary<string, (string Path, LlamaModel Model, InferenceEngine Engine)> _copies =
        new(StringComparer.Ordinal);

    /// <param name="path">A GGUF file.</param>
    /// <param name="texts">What is asked for.</param>
    /// <param name="threads">Worker threads of the processor.</param>
    public CheatingTable(string path, CheatingTexts texts, int threads)
    {
        _path = path;
        _device = new(threads);
        _model = LlamaModel.Open(path);
        _engine = new(_model, _device);
        _true = new(_engine);
        Requests =
        [
            .. Enumerable.Range(0, texts.Count).Select(number => new GenerationRequest(
                Prompts[number % Prompts.Length], texts.Tokens, texts.Temperature, (ulong)number, [])
            {
                Filters = texts.Filters,
            })
        ];
    }

    public IReadOnlyList<GenerationRequest> Requests { get; }

    /// <summary>Format of the model's weights, which thresholds are chosen by.</summary>
    public string WeightFormat => _model.WeightFormat.ToString();

    private int End => _model.Tokenizer.End;

    /// <summary>What a device makes that does what it should.</summary>
    public IReadOnlyList<TextClaims> Honest() => [.. Requests.Select(request => _true.Make(request, TrueDraw))];

    /// <summary>The same by another device, which is of another kind than the verifier's.</summary>
    public IReadOnlyList<TextClaims> HonestOn(ComputeDevice device)
    {
        using var engine = new InferenceEngine(_model, device);
        var other = new CheatingDevice(engine);
        return [.. Requests.Select(request => other.Make(request, TrueDraw))];
    }

    /// <summary>
    /// Every cheat by its name, what it makes of a request, and how often the design says that one audit finds it.
    /// </summary>
    /// <param name="honest">What <see cref="Honest"/> made.</param>
    public IEnumerable<(string Name, Func<GenerationRequest, int, TextClaims> Make, double Expected)> Cheats(
        IReadOnlyList<TextClaims> honest)
    {
        foreach (var (name, change) in OtherWeights)
        {
            var other = With(name, change);
            yield return (name, (request, _) => other.Make(request, TrueDraw), 1);
        }

        yield return ("altered-prompt", (request, _) =>
            _true.Make(request with { Prompt = "He was sad. " + request.Prompt }, TrueDraw) with { Request = request }, 1);

        yield return ("resampled-10%", Redrawn, 1);
        yield return ("one-token", OneReplaced, 1);

        var small = With("q4", ModelVariant.Quantised(4));
        yield return ("drafted-by-q4", (request, _) => _true.Claim(small.Make(request, TrueDraw)), 0.97);

        var smaller = Smaller();
        yield return ("drafted-by-smaller", (request, _) => _true.Claim(smaller.Make(request, TrueDraw)), 0.97);
        yield return ("early-stop", EndedEarly, 1);
        yield return ("length-told-early", (_, number) => CutShort(honest[number]), 1);

        // Of the same prompt where there are as many texts.
        var further = honest.Count > Prompts.Length ? Prompts.Length : 1;
        yield return ("replay", (request, number) =>
            honest[(number + further) % honest.Count] with { Request = request }, 1);

        if (Requests[0].Filters != SamplingFilters.None)
        {
            yield return ("filters-ignored", (request, _) =>
                _true.Make(request with { Filters = SamplingFilters.None }, TrueDraw) with { Request = request }, 1);
        }
    }

    /// <summary>What the platform finds in a text that is handed in for the request that it names.</summary>
    public LogitVerdict Audit(TextClaims text, LogitThresholds thresholds)
    {
        var finding = TextCheck.Run(_engine, text.Request, Delivered(text), thresholds.Hard);

        return finding.Fault is { } fault
            ? new(fault == TextFault.OtherEnd ? LogitVerdict.OtherEnd : LogitVerdict.OtherTokens, 0, 0, 0, 0)
            : LogitJudge.Judge(
                [.. finding.Claimed.Select(one => new LogitFinding(one.Drift, one.Margin, one.IsOutside))], thresholds);
    }

    public void Dispose()
    {
        foreach (var (path, model, engine) in _copies.Values)
        {
            engine.Dispose();
            model.Dispose();
            File.Delete(path);
        }

        _engine.Dispose();
        _model.Dispose();
        _device.Dispose();
    }

    private IEnumerable<(string Name, ModelVariant.Change Change)> OtherWeights =>
    [
        // Weights of 8 bits stay what they are.
        .. _model.WeightFormat == TensorFormat.Q8
            ? (IEnumerable<(string, ModelVariant.Change)>)[]
            : [("q8", ModelVariant.Quantised(8))],
        ("q4", ModelVariant.Quantised(4)),
        ("other-model", ModelVariant.Noisy(Noise, OtherSeed)),
        ("layer-skipped", ModelVariant.WithoutLayer(_model.Shape.Layers - 1)),
    ];

    private static int TrueDraw(ReadOnlySpan<float> logits, int made, int token) => token;

    private TextClaims Redrawn(GenerationRequest request, int number)
    {
        var (random, prompt) = (new Random(number), _engine.PromptOf(request).Count);
        var others = new Sampler(request.Filters, request.Temperature, OtherSeed);
        return _true.Make(request, (logits, made, token) =>
            random.NextDouble() < Resampled ? others.Draw(logits, prompt + made) : token);
    }

    private TextClaims OneReplaced(GenerationRequest request, int number)
    {
        var at = new Random(number).Next(request.TokensMax / 4);
        return _true.Make(request, (logits, made, token) => made != at ? token
            : LogProbability.Of(logits, token, 2).Skip(1).First(one => one.Token != token).Token);
    }

    private TextClaims EndedEarly(GenerationRequest request, int number)
    {
        var at = new Random(number).Next(2, request.TokensMax / 4);
        return _true.Make(request, (_, made, token) => made == at ? End : token);
    }

    /// <summary>A part of an honest text, said to be as long as was asked for.</summary>
    private static TextClaims CutShort(TextClaims text) => text with
    {
        Claims = [.. text.Claims.Take(text.Claims.Count / 2)],
        Finish = FinishReason.Length,
    };

    /// <summary>With the letters of its tokens, which no cheat here touches.</summary>
    private ClaimedText Delivered(TextClaims text)
    {
        var draft = _engine.DraftOf(text.Request);
        var isMarked = text.Claims.Count > 0 && _engine.IsEnd(text.Claims[^1].Token);

        return new(
            [
                .. text.Claims.Take(text.Claims.Count - (isMarked ? 1 : 0))
                    .Select(claim => (claim.Token, draft.Follow(claim.Token))),
            ],
            text.Claims,
            text.Finish);
    }

    /// <summary>The model without its last layers.</summary>
    private CheatingDevice Smaller() =>
        With("smaller", (_, _) => { }, _model.Shape.Layers - Math.Max(1, _model.Shape.Layers / 3));

    private CheatingDevice With(string name, ModelVariant.Change change, int layers = int.MaxValue)
    {
        if (!_copies.TryGetValue(name, out var copy))
        {
            var path = ModelVariant.Write(_path, name, change, layers: layers);
            var model = LlamaModel.Open(path);
            copy = (path, model, new InferenceEngine(model, _device));
            _copies.Add(name, copy);
        }

        return new(copy.Engine);
    }
}
