using System.Collections.Concurrent;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Lines that are a name and no more: each is the order of its account's scene.</summary>
internal sealed class FakeLines(Func<IGrainFactory> grains) : IBatchLines
{
    /// <summary>The order of each account's lines.</summary>
    public ConcurrentDictionary<AccountId, InferenceOrder> Orders { get; } = new();

    public LineReading Read(string endpoint, ReadOnlyMemory<byte> line) => new(Encoding.UTF8.GetString(line.Span), null);

    public string? CustomId(ReadOnlyMemory<byte> line) => Encoding.UTF8.GetString(line.Span);

    public async Task<LineOutcome> Order(
        AccountId account, JobId id, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default) =>
        await grains().GetGrain<IPlacementGrain>(0).Submit(id, account, Orders[account], cancel) switch
        {
            SubmitOutcome.Accepted => new LineOutcome.Ordered(),
            SubmitOutcome.NotEnoughMoney => new LineOutcome.NoMoney(new(402, "{}")),
            SubmitOutcome.Unsatisfiable => new LineOutcome.NoDevice(),
            var other => throw new InvalidOperationException(other.ToString()),
        };

    public LineAnswer Answer(JobView ended, string endpoint, ReadOnlyMemory<byte> line) =>
        new(ended.Text.Length > 0 ? 200 : 503, $"\"{ended.Text}\"");
}
