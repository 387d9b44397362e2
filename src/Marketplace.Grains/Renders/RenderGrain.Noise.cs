using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>
/// How many samples a tile gets where a noise target was ordered. The platform decides, from sums that are in and
/// checked: when all units up to a look are, the tile either is done or its next step is given out. A decision that
/// was stored stands, also where one of its units has to be made again later; but where a unit turns out bad, the tile
/// is looked at again and may get more.
/// </summary>
internal sealed partial class RenderGrain
{
    private Task _measuring = Task.CompletedTask;

    public async Task Measured(int unit, int samples, TileReading reading, CancellationToken cancel = default)
    {
        if (!IsOpen || NoiseTarget is not { } target || LookAt(_units[unit]) is not { IsDone: false } look
            || look.Until != samples || Made().Any(done => done.Frame == look.Frame))
        {
            return;
        }

        if (reading is TileReading.BadSums bad)
        {
            await Redo(look.Frame, bad.Units, cancel);
            return;
        }

        var next = look.After(((TileReading.Noise)reading).RelativeError, target, Order.Samples);
        await Store(render.State with
        {
            Looks = [.. render.State.Looks.Where(known => !known.Holds(_units[unit])), next],
        });
        var more = UnitsOf(_units[unit]).Where(
            step => step.FirstSample >= look.Until && step.FirstSample < next.Until);
        _waiting.UnionWith(more.Select(step => step.Index));

        if (next.Until > look.Until)
        {
            // Due at once: the sweep brings it to the books again.
            await register.Put([Row(clock.GetUtcNow())], cancel);
        }
        else if (IsComplete(look.Frame))
        {
            await Assemble(look.Frame, cancel);
        }
    }

    /// <summary>
    /// Looks at frames in work. Where a renter may reject frames they are kept beyond that: what is made again of one
    /// gets the samples that were decided the first time.
    /// </summary>
    private IEnumerable<TileLook> OpenLooks
    {
        get
        {
            var made = Made().Select(frame => frame.Frame).ToHashSet();
            return render.State.Looks.Where(look => !made.Contains(look.Frame));
        }
    }

    /// <summary>The looks, those open again that saw sums of these units, which do not stand.</summary>
    private IReadOnlyList<TileLook> Reopened(IEnumerable<int> units)
    {
        var bad = units.Select(unit => (_units[unit].Frame, _units[unit].X, _units[unit].Y)).ToHashSet();

        return
        [
            .. render.State.Looks.Select(
                look => bad.Contains((look.Frame, look.X, look.Y)) ? look.Reopen(Order.Samples) : look),
        ];
    }

    private double? NoiseTarget => Order.Settings?.NoiseTarget;

    private int UnitsPerFrame => _units.Length / Order.Frames.Count;

    /// <summary>Whether the unit may be given out as far as the noise of its tile goes.</summary>
    private bool IsOrdered(RenderUnit unit) => NoiseTarget is null || unit.FirstSample < LookAt(unit).Until;

    private TileLook LookAt(RenderUnit unit) =>
        render.State.Looks.FirstOrDefault(look => look.Holds(unit)) ?? TileLook.Begin(unit, Order.Samples);

    /// <summary>The units of the same tile of the same frame: they stand side by side in the plan.</summary>
    private ReadOnlySpan<RenderUnit> TileOf(RenderUnit unit)
    {
        var steps = RenderPlan.RangeCount(Order.Samples, Order.Settings);

        return _units.AsSpan(unit.Index / steps * steps, steps);
    }

    private RenderUnit[] UnitsOf(RenderUnit unit) => TileOf(unit).ToArray();

    private int SparedOf(TileLook look) => look.Spared(Order.Samples);

    /// <summary>Units of the frame that need not be made.</summary>
    private int Spared(int frame) => render.State.Looks.Where(look => look.Frame == frame).Sum(SparedOf);

    /// <summary>Units that are in and checked, or need not be made, by frame.</summary>
    private Dictionary<int, int> DoneOfFrames()
    {
        var done = Usable.CountBy(unit => _units[unit.Unit].Frame).ToDictionary();

        foreach (var look in render.State.Looks)
        {
            done[look.Frame] = done.GetValueOrDefault(look.Frame) + SparedOf(look);
        }

        return done;
    }

    private void ResumeMeasuring()
    {
        if (IsOpen && NoiseTarget is not null && _measuring.IsCompleted && NextToMeasure() is not null)
        {
            _measuring = MeasureTiles();
        }
    }

    /// <summary>Changes nothing of the grain's state: each reading comes back as a call.</summary>
    private async Task MeasureTiles()
    {
        var me = this.AsReference<IMeasuredRenderGrain>();

        try
        {
            UnitSums? before = null;

            // The same again: a look that changed nothing is left to the sweep.
            while (IsOpen && NextToMeasure() is { } tile && tile.Units[^1] is var last && last != before)
            {
                var samples = last.Unit.FirstSample + last.Unit.Samples;
                await me.Measured(last.Unit.Index, samples, await meter.Measure(tile));
                before = last;
            }
        }
        catch (Exception fault)
        {
            // The sweep begins it again, until the deadline.
            LogBrokenLook(log, fault, Id);
        }
    }

    /// <summary>A tile with all that was ordered of it in and checked, and with more to decide; null if none.</summary>
    private TileMeasure? NextToMeasure()
    {
        var usable = Usable.ToDictionary(done => done.Unit);
        var looks = render.State.Looks.ToDictionary(look => (look.Frame, look.X, look.Y));

        foreach (var tile in usable.Keys.Select(unit => TileOf(_units[unit])[0].Index).Distinct())
        {
            var unit = _units[tile];
            var look = looks.GetValueOrDefault((unit.Frame, unit.X, unit.Y))
                ?? TileLook.Begin(unit, Order.Samples);
            var steps = UnitsOf(unit).Where(step => step.FirstSample < look.Until).ToArray();

            if (!look.IsDone && Array.TrueForAll(steps, step => usable.ContainsKey(step.Index)))
            {
                return new(Id, Order, [.. steps.Select(step =>
                    new UnitSums(step, usable[step.Index].Sha256, usable[step.Index].Bytes))]);
            }
        }

        return null;
    }
}
