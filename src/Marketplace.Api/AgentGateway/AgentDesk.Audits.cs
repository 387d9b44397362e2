using Marketplace.Agent.Protocol;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Verification;

namespace Marketplace.Api.AgentGateway;

/// <summary>Deliveries of second verifiers.</summary>
internal sealed partial class AgentDesk
{
    public async Task<DeliverReply> DeliverAudit(DeviceId device, AuditDoneMessage message)
    {
        if (message.Positions is not { } positions
            || positions.Length > MeasuredPosition.Bytes * LogitCommitment.RecordsMax)
        {
            return DeliverReply.Refused;
        }

        if (await FindJob(device, message.Attempt, message.Work) is not { } found)
        {
            return DeliverReply.Stale;
        }

        var claim = await signatures.Check(
            device,
            new(
                found.Attempt,
                ResultStatement.HashOf(positions),
                ResultStatement.MeterOfAudit(positions),
                message.Signature),
            found.Job.GetPrimaryKeyString());

        return claim.Kept is { } kept
            ? Reply(found.Attempt, await found.Job.CompleteAudit(found.Attempt, new(positions, kept)), isLast: true)
            : DeliverReply.Refused;
    }
}
