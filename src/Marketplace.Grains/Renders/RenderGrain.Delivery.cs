using Marketplace.Domain;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>How a unit is taken: what its device commits to is stored, and only then does it learn of a draw.</summary>
internal sealed partial class RenderGrain
{
    public async Task<DeliverOutcome> Deliver(
        AttemptId attempt, UnitDelivery delivery, CancellationToken cancel = default)
    {
        if (_accepted.Contains(attempt))
        {
            return new DeliverOutcome.Accepted();
        }

        if (!IsOpen || IsOverdue || Running(attempt) is not { } running)
        {
            return new DeliverOutcome.Stale();
        }

        var leaves = LeavesOf(running, delivery);

        if (await WhyRefused(running, delivery, leaves, cancel) is { } why)
        {
            LogRefused(log, Id, attempt, why);
            await proofs.Record(attempt, running.Provider, running.Device, Id.Value, "bad-delivery", cancel);
            await GiveUp(running, new("bad-delivery", why, CausedBy.Provider), isExcluded: true, cancel);
            return new DeliverOutcome.Refused(why);
        }

        var draw = running.Commitment?.Draw ?? await Draw(running, delivery, cancel);

        if (draw is { IsDrawn: true } && leaves is null)
        {
            await Commit(running, new(delivery.SumsSha256, draw));
            return new DeliverOutcome.Open();
        }

        checkpoint.Reach(Checkpoints.LeaseDispatched);
        var proof = draw is { IsDrawn: true } ? new UnitProof(leaves!, clock.GetUtcNow()) : null;
        await Keep(running, delivery, draw, proof, cancel);
        return new DeliverOutcome.Accepted();
    }

    /// <summary>The leaves as they are shown; of a unit of one leaf they are its sums.</summary>
    private OpenedLeaves? LeavesOf(UnitAttempt running, UnitDelivery delivery) =>
        UnitCommitment.LeafCount(_units[running.Unit].Samples) == 1
            ? new(delivery.SumsSha256, delivery.SumsBytes)
            : delivery.Leaves;

    private async Task Commit(UnitAttempt running, CommittedUnit commitment)
    {
        if (running.Commitment is not null)
        {
            return;
        }

        await Store(render.State with
        {
            Running =
            [
                .. render.State.Running.Select(
                    held => held.Id == running.Id ? held with { Commitment = commitment } : held),
            ],
        });
        checkpoint.Reach(Checkpoints.ProofDrawn);
    }

    private async Task<string?> WhyRefused(
        UnitAttempt running, UnitDelivery delivery, OpenedLeaves? leaves, CancellationToken cancel)
    {
        var stored = await blobs.Length(delivery.SumsSha256, cancel);
        var bytes = _units[running.Unit].SumsBytes;

        if (stored != bytes || delivery.SumsBytes != bytes)
        {
            return stored is null
                ? $"no file {delivery.SumsSha256} was uploaded"
                : $"the file has {stored} bytes, the delivery says {delivery.SumsBytes}, the unit's sums take {bytes}";
        }

        return WhyUncommitted(running, delivery) ?? await WhyNotOpen(running, leaves, cancel);
    }

    private string? WhyUncommitted(UnitAttempt running, UnitDelivery delivery) => delivery.Result?.Leaves switch
    {
        null when running.Commitment is not null || verification.Value.RequireCommitments =>
            "the unit comes without a signed commitment to its leaves",
        { } root when running.Commitment is { } before
            && (before.Draw.Root != root || before.Sha256 != delivery.SumsSha256) =>
            "the unit is not the one that was committed to",
        _ => null,
    };

    private async Task<string?> WhyNotOpen(UnitAttempt running, OpenedLeaves? leaves, CancellationToken cancel)
    {
        if (leaves is null)
        {
            return null;
        }

        var unit = _units[running.Unit];
        var bytes = UnitCommitment.LeafCount(unit.Samples) * unit.SumsBytes;
        var stored = await blobs.Length(leaves.Sha256, cancel);

        return stored != bytes || leaves.Bytes != bytes
            ? $"the leaves {leaves.Sha256} have {stored ?? 0} bytes, the delivery says {leaves.Bytes}, "
                + $"they take {bytes}"
            : null;
    }
}
