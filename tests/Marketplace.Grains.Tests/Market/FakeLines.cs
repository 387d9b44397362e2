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

    /// <summary>Jobs that were ordered for each account, each once.</summary>
    public ConcurrentDictionary<AccountId, ConcurrentDictionary<JobId, bool>> Ordered { get; } = new();

    public LineReading Read(string endpoint, ReadOnlyMemory<byte> line) => new(Encoding.UTF8.GetString(line.Span), null);

    /// <summary>Lines that were written into files.</summary>
    public int Written { get; set; }

    public string? CustomId(ReadOnlyMemory<byte> line)
    {
        Written++;
        return Encoding.UTF8.GetString(line.Span);
    }

    public async Task<LineOutcome> Order(
        AccountId account, JobId id, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default)
    {
        switch (await grains().GetGrain<IPlacementGrain>(0).Submit(id, account, Orders[account], cancel))
        {
            case SubmitOutcome.Accepted:
                Ordered.GetOrAdd(account, _ => new())[id] = true;
                return new LineOutcome.Ordered();
            case SubmitOutcome.NotEnoughMoney:
                return new LineOutcome.NoMoney(new(402, "{}"));
            case SubmitOutcome.Unsatisfiable:
                return new LineOutcome.NoDevice();
            case var other:
                throw new InvalidOperationException(other.ToString());
        }
    }

    public Task<LineAnswer> Answer(
        JobView ended, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default) =>
        Task.FromResult<LineAnswer>(new(ended.Text.Length > 0 ? 200 : 503, $"\"{ended.Text}\""));

    public int AnswersAtOnce(string endpoint) => 32;
}
