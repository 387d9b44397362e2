using Marketplace.Compute.Host;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Compute.Inference.Sampling;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Compute.Loading;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>
/// Computes texts again on this machine's processor: prompt and text go through the model many positions at a time,
/// which takes a fraction of what making them took.
/// </summary>
internal sealed class LogitAuditor : ILogitAuditor, IDisposable
{
    private const int WaitingMax = 1_024;
    private const int ModelsMax = 2;

    private readonly IBlobStore _blobs;
    private readonly VerificationOptions _options;
    private readonly Calibrations _calibrations;
    private readonly HostDevice _device;
    private readonly KeptLoaded<AuditModel> _models = new(ModelsMax, shared: true);
    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);

    public LogitAuditor(IBlobStore blobs, IOptions<VerificationOptions> options, Calibrations calibrations)
    {
        (_blobs, _options, _calibrations) = (blobs, options.Value, calibrations);
        _device = new(_options.AuditThreads);
    }

    public Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default) =>
        _queue.Run(() => Check(text, cancel), cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _models.Dispose();
        _device.Dispose();
    }

    private async Task<LogitAuditOutcome> Check(LogitAuditRequest text, CancellationToken cancel)
    {
        if (text.Order.ModelBytes > _options.ModelBytesMax)
        {
            return new LogitAuditOutcome.Skipped(
                $"the model has {text.Order.ModelBytes} bytes, and the platform loads {_options.ModelBytesMax} at most");
        }

        try
        {
            using var loan = await _models.Borrow(text.Order.ModelSha256, Load, cancel);
            return new LogitAuditOutcome.Judged(Judge(loan.Thing.Engine, loan.Thing.Model, text));
        }
        catch (Exception fault) when (fault is ModelFormatException or FileNotFoundException)
        {
            return new LogitAuditOutcome.Skipped($"the model cannot be read: {fault.Message}");
        }

        async Task<AuditModel> Load(CancellationToken token) =>
            await ModelFile.Read(_blobs, text.Order.ModelSha256, path => AuditModel.Open(path, _device), token)
                ?? throw new FileNotFoundException("its file is not there");
    }

    private LogitVerdict Judge(InferenceEngine engine, LlamaModel model, LogitAuditRequest text)
    {
        var weights = model.WeightFormat.ToString();
        var prefix = text.Tokens.Take(text.Prefix).Select(token => token.Id).ToArray();
        var records = text.Commitment.Read();

        if (records is null || !text.Commitment.Header.AsSpan().SequenceEqual(Header(model, weights, prefix, text)))
        {
            return Unfit(LogitVerdict.OtherHeader);
        }

        var thresholds = _calibrations.Of(() => model.Id.Value, weights, text.Kind);
        var finding = TextCheck.Run(
            engine,
            RequestOf(text.Order, prefix),
            new(
                [.. text.Tokens.Select(token => (token.Id, token.Text))],
                [.. records.Select(ClaimOf)],
                text.FinishReason == "stop" ? FinishReason.Stop : FinishReason.Length),
            thresholds.Hard);

        return finding.Fault switch
        {
            TextFault.OtherEnd => Unfit(LogitVerdict.OtherEnd),
            not null => Unfit(LogitVerdict.OtherTokens),
            null => LogitJudge.Judge(
                [.. finding.Positions.Select(one => new LogitFinding(one.Drift, one.Margin, one.IsOutside))],
                thresholds),
        };
    }

    private static LogitVerdict Unfit(string cause) => new(cause, 0, 0, 0, 0);

    private static byte[] Header(LlamaModel model, string weights, int[] prefix, LogitAuditRequest text) =>
        new LogitHeader(
            text.Order.ModelSha256,
            LogitProfile.Of(weights),
            [.. model.Tokenizer.Encode(text.Order.Prompt), .. prefix],
            LogitSampling.Canonical(
                text.Order.Temperature,
                text.Order.MaxTokens,
                text.Prefix,
                text.Order.Stop?.Texts ?? [],
                text.Order.Sampling ?? SamplingSettings.Plain,
                text.Order.Schema),
            text.Order.Seed,
            text.Job.Value,
            text.PublicKey).Hash();

    private static LogitClaim ClaimOf(LogitRecord record) => new(
        record.Token,
        [.. record.Top.Select(one => new LogProbability(one.Token, one.Logprob))],
        record.LogSumExp);

    /// <summary>The request as the rig's engine is given it.</summary>
    private static GenerationRequest RequestOf(InferenceOrder order, IReadOnlyList<int> prefix) =>
        new(order.Prompt, order.MaxTokens, order.Temperature, order.Seed, prefix)
        {
            Stop = order.Stop?.Texts ?? [],
            Filters = order.Sampling is { } sampling ? FiltersOf(sampling) : SamplingFilters.None,
            Schema = order.Schema is { } schema ? JsonSchema.Parse(schema) : null,
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

    /// <summary>A model that is ready to check texts.</summary>
    private sealed class AuditModel(LlamaModel model, InferenceEngine engine) : IDisposable
    {
        public LlamaModel Model => model;

        public InferenceEngine Engine => engine;

        public static AuditModel Open(string path, HostDevice device)
        {
            var model = LlamaModel.Open(path);

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

        public void Dispose()
        {
            engine.Dispose();
            model.Dispose();
        }
    }
}
