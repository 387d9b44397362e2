using Marketplace.Compute.Inference;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Inference;
using Marketplace.Grains.Verification;
using Marketplace.Host.Verification;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Inference;

/// <summary>
/// Computes texts again on this machine's processor: prompt and text go through the model many positions at a time,
/// which takes a fraction of what making them took.
/// </summary>
internal sealed class LogitAuditor : ILogitAuditor, IDisposable
{
    private const int LooksMax = 1_024;

    private readonly IBlobStore _blobs;
    private readonly VerificationOptions _options;
    private readonly Calibrations _calibrations;
    private readonly AuditQueue<TextJudge> _queue;
    private readonly CpuQueue _looks = new(workers: 1, LooksMax);

    public LogitAuditor(IBlobStore blobs, IOptions<VerificationOptions> options, Calibrations calibrations)
    {
        (_blobs, _options, _calibrations) = (blobs, options.Value, calibrations);
        _queue = new(_options, "texts");
    }

    public async Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default) =>
        WhyNot(text.Order) is { } why
            ? await Look(text, why, cancel)
            : await _queue.Run(
                text.Provider.Value,
                ends => WithModel(
                    text.Order,
                    (judge, _) => Task.FromResult(judge.Judge(text, _options.KeyValueBytesMax, _calibrations)),
                    ends),
                cancel);

    public Task<LogitAuditOutcome> Look(LogitAuditRequest text, CancellationToken cancel = default) =>
        Look(text, "the platform has too much to check", cancel);

    public async Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default) =>
        WhyNot(vectors.Order) is { } why
            ? new LogitAuditOutcome.Skipped(why)
            : await _queue.Run(
                vectors.Provider.Value,
                ends => WithModel(
                    vectors.Order,
                    async (judge, token) => judge.Judge(
                        vectors.Order.Embedding!, await Read(vectors.VectorsSha256, token), token),
                    ends),
                cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _looks.Dispose();
    }

    /// <summary>Why the platform does not compute what was made of this order, or null.</summary>
    private string? WhyNot(InferenceOrder order) =>
        !_options.PlatformChecks ? "the platform's own checks are switched off"
        : order.ModelBytes > _options.ModelBytesMax
            ? $"the model has {order.ModelBytes} bytes, the platform loads {_options.ModelBytesMax} at most"
        : null;

    /// <summary>
    /// Weights are mapped and not touched, so that a model of any size takes no memory; beside the queue of checks,
    /// which may be long.
    /// </summary>
    private Task<LogitAuditOutcome> Look(LogitAuditRequest text, string why, CancellationToken cancel) => _looks.Run(
        () => WithModel(
            text.Order, (judge, _) => Task.FromResult(judge.Look(text, why, _calibrations)), cancel),
        cancel);

    private async Task<LogitAuditOutcome> WithModel(
        InferenceOrder order,
        Func<TextJudge, CancellationToken, Task<LogitAuditOutcome>> judge,
        CancellationToken cancel)
    {
        try
        {
            using var loan = await _queue.Borrow(order.ModelSha256, Load, cancel);
            return await judge(loan.Thing, cancel);
        }
        catch (Exception fault) when (fault is ModelFormatException or FileNotFoundException)
        {
            return new LogitAuditOutcome.Skipped($"the model cannot be read: {fault.Message}");
        }

        async Task<TextJudge> Load(CancellationToken token) =>
            await ModelFile.Read(_blobs, order.ModelSha256, stored => TextJudge.Open(stored, _queue.Device), token)
                ?? throw new FileNotFoundException("a file of it is not there");
    }

    private async Task<byte[]> Read(string sha256, CancellationToken cancel)
    {
        await using var file = await _blobs.OpenRead(sha256, cancel)
            ?? throw new InvalidOperationException($"the vectors {sha256} are not there");
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }
}
