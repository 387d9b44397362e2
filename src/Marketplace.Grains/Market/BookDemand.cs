using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>
/// How often each model was ordered lately, as one book sees it. An audit is no order: nobody loads a model for it.
/// </summary>
internal sealed class BookDemand
{
    /// <summary>Models remembered; beyond, the one that is wanted least is forgotten.</summary>
    public const int ModelsMax = 4_096;

    /// <summary>Orders a minute below which a model is forgotten.</summary>
    public const double PerMinuteMin = 0.01;

    private readonly Dictionary<string, Wanted> _wanted = new(StringComparer.Ordinal);

    public void Arrived(WorkTicket ticket, DateTimeOffset now)
    {
        if (ticket is { IsAudit: true } or not { Model: not null })
        {
            return;
        }

        var model = ticket.Model;
        var before = _wanted.TryGetValue(model.Sha256, out var known) ? known.Rate : new(0, now);
        _wanted[model.Sha256] = new(model, ticket.Needs, before.Add(now));

        if (_wanted.Count > ModelsMax)
        {
            _wanted.Remove(_wanted.MinBy(pair => pair.Value.Rate.PerMinute(now)).Key);
        }
    }

    /// <param name="waiting">Tickets that wait, in any order.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<ModelDemand> Of(IEnumerable<WorkTicket> waiting, DateTimeOffset now)
    {
        foreach (var (sha256, wanted) in _wanted.ToArray())
        {
            if (wanted.Rate.PerMinute(now) < PerMinuteMin)
            {
                _wanted.Remove(sha256);
            }
        }

        var demands = _wanted.Values.ToDictionary(
            wanted => wanted.Model.Sha256,
            wanted => new ModelDemand(
                wanted.Model.Name, wanted.Model.Sha256, 0, null, wanted.Rate.PerMinute(now), wanted.Needs),
            StringComparer.Ordinal);

        foreach (var same in waiting.Where(ticket => ticket is { IsAudit: false, Model: not null })
            .GroupBy(ticket => ticket.Model!.Sha256, StringComparer.Ordinal))
        {
            // Lines of batches stand behind what is younger, so that the first in a book need not be the oldest.
            var oldest = same.MinBy(ticket => ticket.EnqueuedAt)!;
            demands[same.Key] = new(
                oldest.Model!.Name,
                same.Key,
                same.Count(),
                oldest.EnqueuedAt,
                demands.GetValueOrDefault(same.Key)?.PerMinute ?? 0,
                oldest.Needs);
        }

        return [.. demands.Values];
    }

    private sealed record Wanted(TicketModel Model, WorkNeeds Needs, DecayedRate Rate);
}
