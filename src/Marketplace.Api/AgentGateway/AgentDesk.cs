using System.Diagnostics;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Renders;
using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Devices;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// What an agent may do, the same by socket and by HTTPS. An agent is untrusted: its device is that of its session, and
/// a delivery counts only under the attempt that this device holds.
/// </summary>
internal sealed partial class AgentDesk(
    IGrainFactory grains, IBlobStore blobs, LeasedWork leases, ResultSignatures signatures)
{
    private const int DetailLengthMax = 500;
    private const int CodeLengthMax = 40;
    private const long PixelSamplesMax = 1L << 50;

    public async Task<string[]> Heartbeat(DeviceId device, HeartbeatMessage message)
    {
        var running = (message.Running ?? []).Take(DeviceSpec.SlotsMax)
            .Where(attempt => PrefixedId.Fits(AttemptId.Prefix, attempt))
            .Select(AttemptId.Parse)
            .ToArray();
        var slots = Math.Clamp(message.SlotsFree, 0, DeviceSpec.SlotsMax);
        var over = await grains.GetGrain<IDeviceGrain>(device.Value).Heartbeat(new(slots, running));

        foreach (var attempt in over)
        {
            leases.Forget(attempt);
        }

        return [.. over.Select(attempt => attempt.Value)];
    }

    public async Task<WorkOrderMessage?> Lease(DeviceId device)
    {
        if (await grains.GetGrain<IPlacementGrain>(0).WorkFor(device) is not { } order)
        {
            return null;
        }

        leases.Remember(order, device);
        return OrderMessages.From(order);
    }

    public async Task<ReplyResponse> StreamTokens(DeviceId device, TokensMessage message)
    {
        if (message.Tokens is not { Length: > 0 and <= InferenceLimits.TokensMax } || message.First < 0)
        {
            return ReplyResponse.From(DeliverReply.Refused);
        }

        var tokens = OrderMessages.ToTokens(message.Tokens);

        if (TokenLog.WhyTooLong(tokens) is { } why)
        {
            return ReplyResponse.From(await Refuse(device, message.Attempt, message.Work, why));
        }

        if (await FindJob(device, message.Attempt, message.Work) is not { } found)
        {
            return ReplyResponse.From(DeliverReply.Stale);
        }

        var outcome = await found.Job.Accept(found.Attempt, new(message.First, tokens));
        var resendFrom = (outcome as DeliverOutcome.Accepted)?.ResendFrom;

        return ReplyResponse.From(Reply(found.Attempt, outcome, isLast: false), resendFrom);
    }

    public async Task<DeliverReply> DeliverText(DeviceId device, TextDoneMessage message)
    {
        if (message.Tokens is not { Length: <= InferenceLimits.TokensMax }
            || message.FinishReason is not ("stop" or "length")
            || message.PromptTokens < 0)
        {
            return DeliverReply.Refused;
        }

        var tokens = OrderMessages.ToTokens(message.Tokens);

        if (TokenLog.WhyTooLong(tokens) is { } why)
        {
            return await Refuse(device, message.Attempt, message.Work, why);
        }

        if (await FindJob(device, message.Attempt, message.Work) is not { } found)
        {
            return DeliverReply.Stale;
        }

        var commitment = CommitmentOf(message);

        if (commitment?.WhyMalformed() is { } malformed)
        {
            return await Refuse(device, message.Attempt, message.Work, malformed);
        }

        var output = ResultStatement.HashOf(string.Concat(tokens.Select(token => token.Text)));
        var meter = ResultStatement.MeterOfText(message.PromptTokens, tokens.Length);
        var root = commitment is null ? null : Convert.ToHexStringLower(commitment.Root());
        var claim = await signatures.Check(
            device, new(found.Attempt, output, meter, message.Signature, root), found.Job.GetPrimaryKeyString());

        return claim is ResultClaim.Forged
            ? DeliverReply.Refused
            : Reply(
                found.Attempt,
                await found.Job.Complete(
                    found.Attempt,
                    new(
                        message.FinishReason,
                        message.PromptTokens,
                        tokens,
                        claim.Kept,
                        commitment,
                        message.CachedTokens)),
                isLast: true);
    }

    /// <summary>What the device binds itself to, unchecked; null where it sends nothing of the kind.</summary>
    private static LogitCommitment? CommitmentOf(TextDoneMessage message) =>
        message is { LogitHeader: { } header, LogitRecords: { } records } ? new(header, records) : null;

    public async Task<DeliverReply> DeliverUnit(DeviceId device, UnitDoneMessage message)
    {
        if (message.SumsSha256 is not { } hash
            || !AssetHash.IsOne(hash)
            || message.PixelSamples is < 0 or > PixelSamplesMax
            || message.Leaves is { } root && !AssetHash.IsOne(root)
            || message.LeavesSha256 is { } opened && !AssetHash.IsOne(opened)
            || await blobs.Length(hash) != message.SumsBytes)
        {
            return DeliverReply.Refused;
        }

        if (await FindWork(device, message.Attempt, message.Work) is not { } found
            || !PrefixedId.Fits(RenderId.Prefix, found.Work))
        {
            return DeliverReply.Stale;
        }

        var meter = ResultStatement.MeterOfUnit(message.PixelSamples);
        var claim = await signatures.Check(
            device,
            new(found.Attempt, hash, meter, message.Signature, Leaves: message.Leaves),
            found.Work);

        return claim is ResultClaim.Forged
            ? DeliverReply.Refused
            : Reply(
                found.Attempt,
                await grains.GetGrain<IRenderGrain>(found.Work).Deliver(
                    found.Attempt, new(hash, message.SumsBytes, claim.Kept, OpenedOf(message))),
                isLast: true);
    }

    private static OpenedLeaves? OpenedOf(UnitDoneMessage message) =>
        message.LeavesSha256 is { } hash ? new(hash, message.LeavesBytes) : null;

    public async Task<DeliverReply> Fail(DeviceId device, FailedMessage message)
    {
        if (await FindWork(device, message.Attempt, message.Work) is not { } found)
        {
            return DeliverReply.Stale;
        }

        var ending = new Ending(
            Cut(message.Code, CodeLengthMax),
            Cut(message.Detail, DetailLengthMax),
            message.OrderAtFault ? CausedBy.Renter : CausedBy.Provider);

        var outcome = PrefixedId.Fits(JobId.Prefix, found.Work)
            ? await grains.GetGrain<IInferenceJobGrain>(found.Work).Fail(found.Attempt, ending)
            : await grains.GetGrain<IRenderGrain>(found.Work).Fail(found.Attempt, ending);

        return Reply(found.Attempt, outcome, isLast: true);
    }

    /// <summary>
    /// Whether the device may read a file: one that an attempt of its needs, or a model that it was asked to keep. What
    /// this host does not remember, after a restart or of another host's lease, is asked of the work that the agent
    /// names.
    /// </summary>
    public async Task<bool> MayRead(DeviceId device, string sha256, IEnumerable<string?> works)
    {
        if (leases.Needs(device, sha256))
        {
            return true;
        }

        foreach (var work in works.Take(AgentRoutes.WorksNamedMax))
        {
            var needs = PrefixedId.Fits(JobId.Prefix, work)
                ? await grains.GetGrain<IInferenceJobGrain>(work!).Needs(device, sha256)
                : PrefixedId.Fits(RenderId.Prefix, work)
                    && await grains.GetGrain<IRenderGrain>(work!).Needs(device, sha256);

            if (needs)
            {
                return true;
            }
        }

        return await grains.GetGrain<IModelPlacementGrain>(0).IsAsked(device, sha256);
    }

    /// <summary>Ends the attempt over what it delivered, without carrying that into the cluster.</summary>
    private async Task<DeliverReply> Refuse(DeviceId device, string? attempt, string? work, string why)
    {
        if (await FindJob(device, attempt, work) is not { } found)
        {
            return DeliverReply.Stale;
        }

        var ended = await found.Job.Fail(found.Attempt, new("bad-delivery", why, CausedBy.Provider));
        leases.Forget(found.Attempt);
        return ended is DeliverOutcome.Stale ? DeliverReply.Stale : DeliverReply.Refused;
    }

    private static string Cut(string? text, int lengthMax) =>
        text is null ? string.Empty : text[..Math.Min(text.Length, lengthMax)];

    /// <summary>The outcome in the words of the wire; an attempt that it ends is forgotten.</summary>
    private DeliverReply Reply(AttemptId attempt, DeliverOutcome outcome, bool isLast)
    {
        if (outcome is not DeliverOutcome.Open && (isLast || outcome is not DeliverOutcome.Accepted))
        {
            leases.Forget(attempt);
        }

        return outcome switch
        {
            DeliverOutcome.Accepted => DeliverReply.Accepted,
            DeliverOutcome.Stale => DeliverReply.Stale,
            DeliverOutcome.Refused => DeliverReply.Refused,
            DeliverOutcome.Open => DeliverReply.Open,
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    private async Task<(AttemptId Attempt, IInferenceJobGrain Job)?> FindJob(
        DeviceId device, string? attempt, string? work) =>
        await FindWork(device, attempt, work) is { } found && PrefixedId.Fits(JobId.Prefix, found.Work)
            ? (found.Attempt, grains.GetGrain<IInferenceJobGrain>(found.Work))
            : null;

    /// <summary>
    /// The work of an attempt that this device took. After a restart nothing is remembered: then a job is asked for its
    /// device, and a render for nothing more than the attempt, which nobody else can know.
    /// </summary>
    private async Task<(AttemptId Attempt, string Work)?> FindWork(DeviceId device, string? attempt, string? work)
    {
        if (!PrefixedId.Fits(AttemptId.Prefix, attempt))
        {
            return null;
        }

        var id = AttemptId.Parse(attempt!);

        if (leases.Find(id) is { } lease)
        {
            return lease.Device == device ? (id, lease.Work) : null;
        }

        if (PrefixedId.Fits(JobId.Prefix, work))
        {
            var job = await grains.GetGrain<IInferenceJobGrain>(work!).Describe();

            if (job is null || (job.Device != device && job.Verifier != device && !job.Heard.Contains(device)))
            {
                return null;
            }
        }
        else if (!PrefixedId.Fits(RenderId.Prefix, work))
        {
            return null;
        }

        return (id, work!);
    }
}
