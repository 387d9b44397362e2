using System.Diagnostics;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Renders;
using Marketplace.Domain;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
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
internal sealed class AgentDesk(
    IGrainFactory grains, IBlobStore blobs, LeasedWork leases, ResultSignatures signatures)
{
    private const int DetailLengthMax = 500;
    private const int CodeLengthMax = 40;
    private const int RunningMax = 256;
    private const long PixelSamplesMax = 1L << 50;

    public async Task<string[]> Heartbeat(DeviceId device, HeartbeatMessage message)
    {
        var running = (message.Running ?? []).Take(RunningMax)
            .Where(attempt => PrefixedId.Fits(AttemptId.Prefix, attempt))
            .Select(AttemptId.Parse)
            .ToArray();
        var slots = Math.Clamp(message.SlotsFree, 0, RunningMax);
        var over = await grains.GetGrain<IDeviceGrain>(device.Value).Heartbeat(new(slots, running));

        return [.. over.Select(attempt => attempt.Value)];
    }

    public async Task<WorkOrderMessage?> Lease(DeviceId device)
    {
        if (await grains.GetGrain<IPlacementGrain>(0).WorkFor(device) is not { } order)
        {
            return null;
        }

        leases.Remember(order.Attempt, device, order.Work);
        return OrderMessages.From(order);
    }

    public async Task<DeliverReply> SendTokens(DeviceId device, TokensMessage message)
    {
        if (message.Tokens is not { Length: > 0 and <= InferenceLimits.TokensMax } || message.First < 0)
        {
            return DeliverReply.Refused;
        }

        return await FindJob(device, message.Attempt, message.Work) is { } found
            ? Reply(await found.Job.Accept(found.Attempt, new(message.First, OrderMessages.ToTokens(message.Tokens))))
            : DeliverReply.Stale;
    }

    public async Task<DeliverReply> DeliverText(DeviceId device, TextDoneMessage message)
    {
        if (message.Tokens is not { Length: <= InferenceLimits.TokensMax }
            || message.FinishReason is not ("stop" or "length")
            || message.PromptTokens < 0)
        {
            return DeliverReply.Refused;
        }

        if (await FindWork(device, message.Attempt, message.Work) is not { } found
            || !PrefixedId.Fits(JobId.Prefix, found.Work))
        {
            return DeliverReply.Stale;
        }

        var tokens = OrderMessages.ToTokens(message.Tokens);
        var output = ResultStatement.HashOf(string.Concat(tokens.Select(token => token.Text)));
        var meter = ResultStatement.MeterOfText(message.PromptTokens, tokens.Length);
        var claim = await signatures.Check(
            device, new(found.Attempt, output, meter, message.Signature), found.Work);

        return claim is ResultClaim.Forged
            ? DeliverReply.Refused
            : Reply(await grains.GetGrain<IInferenceJobGrain>(found.Work).Complete(
                found.Attempt, new(message.FinishReason, message.PromptTokens, tokens, claim.Kept)));
    }

    public async Task<DeliverReply> DeliverUnit(DeviceId device, UnitDoneMessage message)
    {
        if (message.SumsSha256 is not { } hash
            || !AssetHash.IsOne(hash)
            || message.PixelSamples is < 0 or > PixelSamplesMax
            || await blobs.Length(hash) != message.SumsBytes)
        {
            return DeliverReply.Refused;
        }

        if (await FindWork(device, message.Attempt, message.Work) is not { } found
            || !PrefixedId.Fits(RenderId.Prefix, found.Work))
        {
            return DeliverReply.Stale;
        }

        var claim = await signatures.Check(
            device, new(found.Attempt, hash, ResultStatement.MeterOfUnit(message.PixelSamples), message.Signature),
            found.Work);

        return claim is ResultClaim.Forged
            ? DeliverReply.Refused
            : Reply(await grains.GetGrain<IRenderGrain>(found.Work).Deliver(
                found.Attempt, new(hash, message.SumsBytes, claim.Kept)));
    }

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

        return Reply(PrefixedId.Fits(JobId.Prefix, found.Work)
            ? await grains.GetGrain<IInferenceJobGrain>(found.Work).Fail(found.Attempt, ending)
            : await grains.GetGrain<IRenderGrain>(found.Work).Fail(found.Attempt, ending));
    }

    private static string Cut(string? text, int lengthMax) =>
        text is null ? string.Empty : text[..Math.Min(text.Length, lengthMax)];

    private static DeliverReply Reply(DeliverOutcome outcome) => outcome switch
    {
        DeliverOutcome.Accepted => DeliverReply.Accepted,
        DeliverOutcome.Stale => DeliverReply.Stale,
        DeliverOutcome.Refused => DeliverReply.Refused,
        var other => throw new UnreachableException(other.ToString()),
    };

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

            if (job?.Device != device)
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
