using System.Runtime.InteropServices;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Embeddings;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Inference;

namespace Marketplace.Host.Inference;

/// <summary>A model that is ready to check texts.</summary>
internal sealed class TextJudge : IDisposable
{
    /// <summary>
    /// By how much a number of a vector of length 1 may differ: every engine sums in F32, so that honest ones differ by
    /// less than a hundredth of this, and weights of 8 bits move them by more.
    /// </summary>
    private const double VectorDriftMax = 1e-3;

    /// <summary>
    /// Bytes of the .bin files of a model: of llama2.c's quantised ones the weights are copied, while those of other
    /// formats are read where they lie.
    /// </summary>
    private const long CopiedBytesMax = 2L << 30;

    private readonly LlamaModel _model;
    private readonly InferenceEngine _engine;

    // A model that makes no vectors still has texts to check.
    private readonly Lazy<Embedder> _embedder;

    private TextJudge(LlamaModel model, InferenceEngine engine)
    {
        (_model, _engine) = (model, engine);
        _embedder = new(engine.NewEmbedder);
    }

    /// <exception cref="ModelFormatException">
    /// The file is no model that can be run, or too much of it would be copied.
    /// </exception>
    public static TextJudge Open(StoredModel stored, HostDevice device)
    {
        var copied = stored.Bundle?.Files
            .Where(file => file.Path.EndsWith(".bin", StringComparison.Ordinal))
            .Sum(file => file.Bytes);

        if (copied > CopiedBytesMax)
        {
            throw new ModelFormatException(
                $"its .bin files have {copied} bytes, and the platform copies {CopiedBytesMax} at most");
        }

        var model = stored.Open();

        try
        {
            return new(model, new InferenceEngine(model, device));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <param name="text">What to check.</param>
    /// <param name="keyValueBytesMax">Most memory that keys and values may take.</param>
    /// <param name="calibrations">Thresholds.</param>
    public LogitAuditOutcome Judge(LogitAuditRequest text, long keyValueBytesMax, Calibrations calibrations)
    {
        var prompt = PromptOf(text.Order);
        var shape = _model.Shape;
        var bytes = 2L * sizeof(float) * shape.Layers * shape.KeyValueDimension * (prompt.Count + text.Tokens.Count);

        return bytes > keyValueBytesMax
            ? Look(
                text,
                $"its keys and values take {bytes} bytes, and the platform gives {keyValueBytesMax} at most",
                calibrations)
            : Fitting(() => Judge(text, prompt, calibrations));
    }

    /// <summary>What can be seen of a text without computing it; skipped where that is in order.</summary>
    /// <param name="text">What to look at.</param>
    /// <param name="why">Why it is not computed.</param>
    /// <param name="calibrations">Thresholds.</param>
    public LogitAuditOutcome Look(LogitAuditRequest text, string why, Calibrations calibrations) => Fitting(() =>
    {
        var weights = _model.WeightFormat.ToString();
        var records = text.Claim?.Commitment.Read();
        var prompt = PromptOf(text.Order);

        if (text.Claim is not null && (records is null || !IsHeader(text, weights, prompt)))
        {
            return Unfit(LogitVerdict.OtherHeader) with { Ordered = OrderedOf(text, weights, prompt, records) };
        }

        var contradiction = TextCheck.WhyUnlikely(_engine, RequestOf(text), ClaimedOf(text, records));

        return contradiction is var (fault, at)
            ? WithOrder(
                VerdictOn(text, new(fault, at, [], []), LogitThresholds.Processor), text, weights, prompt, records)
            : new LogitAuditOutcome.Skipped(why, ThresholdsOf(text, weights, calibrations));
    });

    /// <summary>What the model reads first: the ids that were ordered, or the prompt cut into tokens.</summary>
    private IReadOnlyList<int> PromptOf(InferenceOrder order) =>
        order.Tokens?.Ids ?? _model.Tokenizer.Encode(order.Prompt);

    private static LogitAuditOutcome Fitting(Func<LogitAuditOutcome> judge)
    {
        try
        {
            return judge();
        }
        catch (Exception fault) when (fault is PromptTooLongException or ArgumentException or SchemaException)
        {
            // An honest device finds the same, and delivers nothing.
            return Unfit(LogitVerdict.OtherTokens);
        }
    }

    /// <summary>The same of vectors.</summary>
    /// <param name="order">What was to be embedded.</param>
    /// <param name="bytes">The file that was delivered: [inputs][width], floats, little-endian.</param>
    /// <param name="cancel">Ends it.</param>
    public LogitAuditOutcome Judge(EmbeddingOrder order, byte[] bytes, CancellationToken cancel)
    {
        try
        {
            var embedder = _embedder.Value;
            var inputs = order.Inputs.Select(
                input => input.Text is { } text ? embedder.Encode(text) : input.Tokens!);
            var made = embedder.Embed([.. inputs], cancel);
            var told = MemoryMarshal.Cast<byte, float>(bytes);
            var drift = 0.0;

            for (var at = 0; at < made.Length && told.Length == made.Length; at++)
            {
                // What is no number differs by as much as can be.
                drift = Math.Max(drift, float.IsFinite(told[at]) ? Math.Abs(told[at] - made[at]) : LogitJudge.Largest);
            }

            var stands = told.Length == made.Length && drift <= VectorDriftMax;
            return new LogitAuditOutcome.Judged(new(
                stands ? null : LogitVerdict.OtherVectors, order.Inputs.Count, 0, drift, 0));
        }
        catch (ArithmeticException)
        {
            return new LogitAuditOutcome.Undecidable("the model gives states that are no numbers");
        }
        catch (Exception fault) when (fault is PromptTooLongException or ArgumentException)
        {
            // An honest device finds the same, and delivers nothing.
            return Unfit(LogitVerdict.OtherVectors);
        }
    }

    public void Dispose()
    {
        _engine.Dispose();
        _model.Dispose();
    }

    private LogitAuditOutcome Judge(LogitAuditRequest text, IReadOnlyList<int> prompt, Calibrations calibrations)
    {
        var weights = _model.WeightFormat.ToString();
        var records = text.Claim?.Commitment.Read();

        if (text.Claim is not null && (records is null || !IsHeader(text, weights, prompt)))
        {
            return Unfit(LogitVerdict.OtherHeader) with { Ordered = OrderedOf(text, weights, prompt, records) };
        }

        var thresholds = ThresholdsOf(text, weights, calibrations);
        var finding = TextCheck.Run(_engine, RequestOf(text), ClaimedOf(text, records), thresholds.Hard);

        if (finding.IsUndefined)
        {
            return new LogitAuditOutcome.Undecidable("the model gives logits that are no numbers");
        }

        var judged = WithOrder(VerdictOn(text, finding, thresholds), text, weights, prompt, records);

        // What contradicts itself does so for everybody; only numbers are worth another's look.
        return judged.Verdict.Stands || finding.Fault is not null
            ? judged
            : judged with { Evidence = new(thresholds, Measured(text, records, thresholds)) };
    }

    private LogitThresholds ThresholdsOf(LogitAuditRequest text, string weights, Calibrations calibrations) =>
        calibrations.Of(text.Order.Identity?.Id, () => _model.Id.Value, weights, text.Kind, text.Model);

    /// <summary>What was cut short has no claims: all of it is looked at as what others' tokens are.</summary>
    private static GenerationRequest RequestOf(LogitAuditRequest text) => RequestOf(
        text.Claim is null ? text.Order with { TellsPrompt = false } : text.Order,
        [.. text.Tokens.Take(text.Claim is null ? text.Tokens.Count : text.Prefix).Select(token => token.Id)]);

    private static ClaimedText ClaimedOf(LogitAuditRequest text, IReadOnlyList<LogitRecord>? records) => new(
        [.. text.Tokens.Select(token => (token.Id, token.Text))],
        [.. (records ?? []).Select(ClaimOf)],
        text.Claim?.FinishReason switch
        {
            null => null,
            "stop" => FinishReason.Stop,
            _ => FinishReason.Length,
        });

    /// <summary>What this machine computes of the text itself.</summary>
    private byte[] Measured(
        LogitAuditRequest text, IReadOnlyList<LogitRecord>? records, LogitThresholds thresholds)
    {
        var request = RequestOf(text) with { Prefix = [] };
        var (told, made) = (request.TellsPrompt ? text.Order.PromptTold : 0, text.Tokens.Count - text.Prefix);
        var measured = LogitAudit.Measure(
            _engine,
            request,
            [
                .. (records ?? []).Take(told).Select(record => record.Token),
                .. text.Tokens.Select(token => token.Id),
                .. (records ?? []).Skip(told + made).Select(record => record.Token),
            ],
            thresholds.Hard);

        return MeasuredPosition.Encode([.. measured.Select(one => new MeasuredPosition(
            new(
                one.Own.Token,
                [.. one.Own.Top.Select(told => (told.Token, (float)told.Value))],
                (float)one.Own.LogSumExp),
            (float)(one.Finding.IsOutside ? LogitJudge.Largest : Math.Min(one.Finding.Margin, LogitJudge.Largest))))]);
    }

    private static LogitAuditOutcome.Judged VerdictOn(
        LogitAuditRequest text, TextFinding finding, LogitThresholds thresholds)
    {
        if ((finding.Fault is null ? WorstGiven(finding, thresholds) : finding.FaultAt) is { } at && at < text.Prefix)
        {
            return new LogitAuditOutcome.Judged(new(LogitVerdict.OtherBeginning, 0, 0, 0, 0), at);
        }

        if (finding.Fault is { } fault)
        {
            return Unfit(fault == TextFault.OtherEnd ? LogitVerdict.OtherEnd : LogitVerdict.OtherTokens);
        }

        // Of a text that was cut short, what this device made stands behind the beginning.
        var made = text.Claim is null ? finding.Given.Skip(text.Prefix) : finding.Claimed;

        return new LogitAuditOutcome.Judged(LogitJudge.Judge([.. made.Select(FindingOf)], thresholds));
    }

    /// <summary>The token of the beginning that was drawn least likely, if it does not stand.</summary>
    private static int? WorstGiven(TextFinding finding, LogitThresholds thresholds)
    {
        var worst = finding.Given
            .Select((one, at) => (Finding: one, At: at))
            .OrderByDescending(one => one.Finding.IsOutside)
            .ThenByDescending(one => one.Finding.Margin)
            .Take(1)
            .ToArray();

        return worst is [var (found, place)] && (found.IsOutside || !(found.Margin <= thresholds.MarginHard))
            ? place
            : null;
    }

    private static LogitFinding FindingOf(PositionFinding one) => new(one.Drift, one.Margin, one.IsOutside);

    /// <summary>With what was ordered, where the end is at fault of a text whose device has committed to it.</summary>
    private LogitAuditOutcome.Judged WithOrder(
        LogitAuditOutcome.Judged judged,
        LogitAuditRequest text,
        string weights,
        IReadOnlyList<int> prompt,
        IReadOnlyList<LogitRecord>? records) =>
        judged.Verdict.Cause == LogitVerdict.OtherEnd && text.Claim is not null
            ? judged with { Ordered = OrderedOf(text, weights, prompt, records) }
            : judged;

    private FindingOrder OrderedOf(
        LogitAuditRequest text, string weights, IReadOnlyList<int> prompt, IReadOnlyList<LogitRecord>? records)
    {
        var made = text.Order.PromptTold + text.Tokens.Count - text.Prefix;

        return FindingOrder.Of(
            HeaderOf(text, text.Order.ModelSha256, weights, prompt),
            text.Claim!.FinishReason,

            // The last token of a text is not given to the model.
            Math.Max(0, _model.Shape.Context - prompt.Count + 1),
            records?.Count > made ? _model.Tokenizer.IsEnd(records[^1].Token) : null);
    }

    private static LogitAuditOutcome.Judged Unfit(string cause) => new(new(cause, 0, 0, 0, 0));

    /// <summary>Bound to the model's id where the order told it; agents of before name the file.</summary>
    private static bool IsHeader(LogitAuditRequest text, string weights, IReadOnlyList<int> prompt) =>
        (text.Order.Identity is { } model && IsHeader(text, HeaderOf(text, model.Id, weights, prompt) with
        {
            IsModelId = true,
        }))
        || IsHeader(text, HeaderOf(text, text.Order.ModelSha256, weights, prompt));

    private static bool IsHeader(LogitAuditRequest text, LogitHeader header) =>
        text.Claim!.Commitment.Header.AsSpan().SequenceEqual(header.Hash());

    private static LogitHeader HeaderOf(
        LogitAuditRequest text, string model, string weights, IReadOnlyList<int> prompt) =>
        new(
            model,
            LogitProfile.Of(weights),
            [.. prompt, .. text.Tokens.Take(text.Prefix).Select(token => token.Id)],
            LogitSampling.Canonical(
                text.Order.Temperature,
                text.Order.MaxTokens,
                text.Prefix,
                text.Order.Stop?.Texts ?? [],
                text.Order.Sampling ?? SamplingSettings.Plain,
                text.Order.Schema,
                text.Order.Calls,
                text.Order.TellsPrompt),
            text.Order.Seed,
            text.Job.Value,
            text.Claim!.Result.PublicKey);

    private static LogitClaim ClaimOf(LogitRecord record) => new(
        record.Token,
        [.. record.Top.Select(one => new LogProbability(one.Token, one.Logprob))],
        record.LogSumExp);

    /// <summary>The request as the rig's engine is given it.</summary>
    private static GenerationRequest RequestOf(InferenceOrder order, IReadOnlyList<int> prefix) =>
        new(
            order.Prompt,
            order.MaxTokens,
            InferenceLimits.EffectiveTemperature(order.Temperature),
            order.Seed,
            prefix)
        {
            PromptTokens = order.Tokens?.Ids,
            Stop = order.Stop?.Texts ?? [],
            Filters = order.Sampling is { } sampling ? FiltersOf(sampling) : SamplingFilters.None,
            Schema = order.Schema is { } schema ? JsonSchema.Parse(schema) : null,
            Calls = order.Calls is { } calls ? CallGrammar.Parse(calls) : null,
            TellsPrompt = order.TellsPrompt,
        };

    private static SamplingFilters FiltersOf(SamplingSettings sampling) => new()
    {
        TopK = sampling.TopK,
        TopP = sampling.TopP,
        MinP = sampling.MinP,
        RepetitionPenalty = sampling.RepetitionPenalty,
        PresencePenalty = sampling.PresencePenalty,
        FrequencyPenalty = sampling.FrequencyPenalty,
        Bias = sampling.Biases.DistinctBy(one => one.Token).ToDictionary(one => one.Token, one => one.Bias),
    };
}
