using System.Collections.Concurrent;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Renders;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Traces nothing: finds what a test says of a render, and every other unit in order.</summary>
internal sealed class FakeLeafAuditor : ILeafAuditor
{
    public static readonly UnitAuditOutcome Good = new UnitAuditOutcome.Judged(
        new(LeafVerdict.Accepted, 2, AuditDraw.Million, null));

    public static readonly UnitAuditOutcome Bad = new UnitAuditOutcome.Judged(
        new(LeafVerdict.Rejected, 1, 60_000, UnitVerdict.OtherSamples));

    public static readonly UnitAuditOutcome Near = new UnitAuditOutcome.Judged(
        new(LeafVerdict.ThirdOpinion, 1, 950_000, UnitVerdict.NearSamples));

    private readonly ConcurrentDictionary<string, Func<UnitAuditRequest, Task<UnitAuditOutcome>>> _finders =
        new(StringComparer.Ordinal);

    private readonly ConcurrentQueue<UnitAuditRequest> _asked = new();

    private readonly ConcurrentDictionary<string, Func<UnitRecheckRequest, Task<UnitAuditOutcome>>> _refinders =
        new(StringComparer.Ordinal);

    private readonly ConcurrentQueue<UnitRecheckRequest> _askedAgain = new();

    public IEnumerable<UnitRecheckRequest> AskedAgain(string render) =>
        _askedAgain.Where(one => one.Render.Value == render);

    /// <summary>What the checks of a render's rejected frames find, and when.</summary>
    public void FindAgain(string render, Func<UnitRecheckRequest, Task<UnitAuditOutcome>> outcome) =>
        _refinders[render] = outcome;

    public Task<UnitAuditOutcome> Recheck(UnitRecheckRequest unit, CancellationToken cancel = default)
    {
        _askedAgain.Enqueue(unit);

        return _refinders.TryGetValue(unit.Render.Value, out var find) ? find(unit) : Task.FromResult(Good);
    }

    public IEnumerable<UnitAuditRequest> Asked(string render) => _asked.Where(one => one.Render.Value == render);

    /// <summary>What the checks of a render find, and when.</summary>
    public void Find(string render, Func<UnitAuditRequest, Task<UnitAuditOutcome>> outcome) =>
        _finders[render] = outcome;

    public void Find(string render, UnitAuditOutcome outcome) => Find(render, _ => Task.FromResult(outcome));

    public Task<UnitAuditOutcome> Audit(UnitAuditRequest unit, CancellationToken cancel = default)
    {
        _asked.Enqueue(unit);

        return _finders.TryGetValue(unit.Render.Value, out var find) ? find(unit) : Task.FromResult(Good);
    }
}
