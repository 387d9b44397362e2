using Marketplace.Compute.Inference;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Providers;
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
    private readonly IBlobStore _blobs;
    private readonly VerificationOptions _options;
    private readonly Calibrations _calibrations;
    private readonly AuditQueue<TextJudge> _queue;

    public LogitAuditor(IBlobStore blobs, IOptions<VerificationOptions> options, Calibrations calibrations)
    {
        (_blobs, _options, _calibrations) = (blobs, options.Value, calibrations);
        _queue = new(_options, "texts");
    }

    public Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default) => InTurn(
        text.Order,
        text.Provider,
        (judge, _) => Task.FromResult(judge.Judge(text, _options.KeyValueBytesMax, _calibrations)),
        cancel);

    public Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default) => InTurn(
        vectors.Order,
        vectors.Provider,
        async (judge, ends) => judge.Judge(
            vectors.Order.Embedding!, await Read(vectors.VectorsSha256, ends), ends),
        cancel);

    public void Dispose() => _queue.Dispose();

    private async Task<LogitAuditOutcome> InTurn(
        InferenceOrder order,
        ProviderId provider,
        Func<TextJudge, CancellationToken, Task<LogitAuditOutcome>> judge,
        CancellationToken cancel) => order.ModelBytes > _options.ModelBytesMax
            ? new LogitAuditOutcome.Skipped(
                $"the model has {order.ModelBytes} bytes, the platform loads {_options.ModelBytesMax} at most")
            : await _queue.Run(provider.Value, ends => WithModel(order, judge, ends), cancel);

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
