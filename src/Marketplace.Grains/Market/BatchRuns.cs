using Marketplace.Domain.Devices;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Market;

/// <summary>
/// Lines of batches under way, as one book was told of them: of a device at most as many as it has slots.
/// </summary>
internal sealed class BatchRuns
{
    /// <summary>Lines that are remembered; beyond, the one begun first is forgotten and keeps its place.</summary>
    public const int RunsMax = 10_000;

    private readonly Dictionary<string, BatchRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<DeviceId, List<string>> _works = [];

    public int Count => _runs.Count;

    public IEnumerable<BatchRun> All => _runs.Values;

    /// <summary>The line that was begun last, of several at one time the first by its id; null of none.</summary>
    public static BatchRun? Newest(IEnumerable<BatchRun> runs) =>
        runs.OrderByDescending(run => run.At).ThenBy(run => run.Work, StringComparer.Ordinal).FirstOrDefault();

    /// <param name="run">One more.</param>
    /// <param name="slots">Of its device: what was begun there before so many is over.</param>
    public void Add(BatchRun run, int slots)
    {
        Remove(run.Work);
        _runs[run.Work] = run;

        if (!_works.TryGetValue(run.Device, out var works))
        {
            _works[run.Device] = works = [];
        }

        works.Add(run.Work);

        if (works.Count > slots)
        {
            Remove(works.MinBy(work => _runs[work].At)!);
        }

        if (_runs.Count > RunsMax)
        {
            Remove(_runs.MinBy(pair => pair.Value.At).Key);
        }
    }

    /// <summary>The line waits again, is over or gives way.</summary>
    public void Remove(string work)
    {
        if (_runs.Remove(work, out var run))
        {
            _works[run.Device].Remove(work);

            if (_works[run.Device].Count == 0)
            {
                _works.Remove(run.Device);
            }
        }
    }

    /// <summary>The device has left.</summary>
    public void Forget(DeviceId device)
    {
        if (_works.Remove(device, out var works))
        {
            works.ForEach(work => _runs.Remove(work));
        }
    }
}
