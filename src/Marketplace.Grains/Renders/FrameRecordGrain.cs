using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>See <see cref="IFrameRecordGrain"/>.</summary>
[GrainType("frame-record")]
internal sealed class FrameRecordGrain(
    [PersistentState("frame-record")] IPersistentState<FrameRecordState> record) : Grain, IFrameRecordGrain
{
    /// <summary>The first, and one for each rejection or order to make it again.</summary>
    private const int MakingsMax = 1 + RenderLimits.RejectionsMax + RenderLimits.RetriesMax;

    public static string KeyOf(RenderId render, int frame) => FormattableString.Invariant($"{render}:{frame}");

    public Task Keep(FrameMaking making, IReadOnlyList<DoneUnit> units, CancellationToken cancel = default) =>
        this.Save(record, record.State with
        {
            Units = units,
            Makings =
            [
                .. record.State.Makings.Where(known => known.Number != making.Number).TakeLast(MakingsMax - 1),
                making,
            ],
        });

    public Task<IReadOnlyList<DoneUnit>> Units(CancellationToken cancel = default) =>
        Task.FromResult(record.State.Units);

    public Task Forget(CancellationToken cancel = default) => record.State.Units.Count == 0
        ? Task.CompletedTask
        : this.Save(record, record.State with { Units = [] });

    public Task<IReadOnlyList<FrameEvent>> Events(CancellationToken cancel = default) =>
        Task.FromResult<IReadOnlyList<FrameEvent>>([.. record.State.Makings.SelectMany(making => making.Events)]);
}
