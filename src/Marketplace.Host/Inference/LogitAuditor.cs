using System.Collections.Concurrent;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference;
using Marketplace.Compute.Loading;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Providers;
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
    private readonly KeptLoaded<TextJudge> _models = new(ModelsMax, shared: true);
    private readonly CpuQueue _queue = new(workers: 1, WaitingMax);
    private readonly ConcurrentDictionary<ProviderId, int> _waiting = new();

    public LogitAuditor(IBlobStore blobs, IOptions<VerificationOptions> options, Calibrations calibrations)
    {
        (_blobs, _options, _calibrations) = (blobs, options.Value, calibrations);
        _device = new(_options.AuditThreads);
    }

    public Task<LogitAuditOutcome> Audit(LogitAuditRequest text, CancellationToken cancel = default) => InTurn(
        text.Order,
        text.Provider,
        judge => Task.FromResult(judge.Judge(text, _options.KeyValueBytesMax, _calibrations)),
        cancel);

    public Task<LogitAuditOutcome> Audit(VectorAuditRequest vectors, CancellationToken cancel = default) => InTurn(
        vectors.Order,
        vectors.Provider,
        async judge => judge.Judge(
            vectors.Order.Embedding!, await Read(vectors.VectorsSha256, cancel), _device.Workers, cancel),
        cancel);

    public void Dispose()
    {
        _queue.Dispose();
        _models.Dispose();
        _device.Dispose();
    }

    private void Leave(ProviderId provider)
    {
        if (_waiting.AddOrUpdate(provider, 0, static (_, count) => count - 1) == 0)
        {
            _waiting.TryRemove(new(provider, 0));
        }
    }

    private async Task<LogitAuditOutcome> InTurn(
        InferenceOrder order,
        ProviderId provider,
        Func<TextJudge, Task<LogitAuditOutcome>> judge,
        CancellationToken cancel)
    {
        if (order.ModelBytes > _options.ModelBytesMax)
        {
            return new LogitAuditOutcome.Skipped(
                $"the model has {order.ModelBytes} bytes, the platform loads {_options.ModelBytesMax} at most");
        }

        // One provider that rents from itself must not hold up the checks of all others.
        if (_waiting.AddOrUpdate(provider, 1, static (_, count) => count + 1) > _options.WaitingPerProvider)
        {
            Leave(provider);
            throw new TimeoutException($"{_options.WaitingPerProvider} texts of {provider} wait already.");
        }

        try
        {
            return await _queue.Run(() => WithModel(order, judge, cancel), cancel);
        }
        finally
        {
            Leave(provider);
        }
    }

    private async Task<LogitAuditOutcome> WithModel(
        InferenceOrder order, Func<TextJudge, Task<LogitAuditOutcome>> judge, CancellationToken cancel)
    {
        // What waited too long is decided without it.
        cancel.ThrowIfCancellationRequested();

        try
        {
            using var loan = await _models.Borrow(order.ModelSha256, Load, cancel);
            return await judge(loan.Thing);
        }
        catch (Exception fault) when (fault is ModelFormatException or FileNotFoundException)
        {
            return new LogitAuditOutcome.Skipped($"the model cannot be read: {fault.Message}");
        }

        async Task<TextJudge> Load(CancellationToken token) =>
            await ModelFile.Read(_blobs, order.ModelSha256, stored => TextJudge.Open(stored, _device), token)
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
