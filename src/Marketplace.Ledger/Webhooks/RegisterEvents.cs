using System.Globalization;
using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>
/// Which changes of the register are events. A row is written in the transaction that moves the money, or after the
/// state that it tells of and again after a crash, so an event that is written with it is neither lost nor doubled.
/// </summary>
internal static class RegisterEvents
{
    private static readonly Dictionary<(string Kind, string State), string> Types = new()
    {
        [(RegisterKinds.Job, "succeeded")] = EventTypes.JobSucceeded,
        [(RegisterKinds.Job, "failed")] = EventTypes.JobFailed,
        [(RegisterKinds.Job, "cancelled")] = EventTypes.JobCancelled,
        [(RegisterKinds.Job, "expired")] = EventTypes.JobExpired,
        [(RegisterKinds.Render, "succeeded")] = EventTypes.RenderSucceeded,
        [(RegisterKinds.Render, "failed")] = EventTypes.RenderFailed,
        [(RegisterKinds.Render, "cancelled")] = EventTypes.RenderCancelled,
        [(RegisterKinds.Render, "expired")] = EventTypes.RenderExpired,
        [(RegisterKinds.Batch, "completed")] = EventTypes.BatchCompleted,
        [(RegisterKinds.Batch, "failed")] = EventTypes.BatchFailed,
        [(RegisterKinds.Batch, "cancelled")] = EventTypes.BatchCancelled,
        [(RegisterKinds.Batch, "expired")] = EventTypes.BatchExpired,
        [(RegisterKinds.TopUp, "paid")] = EventTypes.TopUpPaid,
        [(RegisterKinds.TopUp, "failed")] = EventTypes.TopUpFailed,
        [(RegisterKinds.TopUp, "expired")] = EventTypes.TopUpExpired,
        [(RegisterKinds.Payout, "posted")] = EventTypes.PayoutPosted,
        [(RegisterKinds.Payout, "frozen")] = EventTypes.PayoutFrozen,
        [(RegisterKinds.Payout, "refused")] = EventTypes.PayoutRefused,
        [(RegisterKinds.Device, "set-aside")] = EventTypes.DeviceSetAside,
    };

    private static readonly Dictionary<string, string> Places = new(StringComparer.Ordinal)
    {
        [RegisterKinds.Job] = "/v1/jobs/",
        [RegisterKinds.Render] = "/v1/renders/",
        [RegisterKinds.Batch] = "/v1/batches/",
        [RegisterKinds.TopUp] = "/v1/top-ups/",
        [RegisterKinds.Payout] = "/v1/provider/payouts/",
        [RegisterKinds.Device] = "/v1/provider/devices/",
    };

    /// <summary>States that a thing can come to more than once: each time is another event.</summary>
    private static readonly string[] Repeated = [EventTypes.PayoutFrozen, EventTypes.DeviceSetAside];

    /// <summary>The event of a row that comes to this state now, or null when it is none.</summary>
    public static NewEvent? Of(RegisterRow row, DateTimeOffset now)
    {
        if (row.Kind == RegisterKinds.ProofFailure)
        {
            return FailedAudit(row);
        }

        return Types.TryGetValue((row.Kind, row.State), out var type)
            ? new(IdOf(type, row.Id, now), row.Owner, type, row.Id, row.State, Places[row.Kind] + row.Id)
            {
                Change = row,
            }
            : null;
    }

    /// <summary>None when the row does not tell its device: an event must not fail what it tells of.</summary>
    private static NewEvent? FailedAudit(RegisterRow row)
    {
        using var detail = JsonDocument.Parse(row.Detail);

        return detail.RootElement.TryGetProperty("device", out var told) && told.GetString() is { } device
            ? new(
                EventId.From(PrefixedId.Derive("event", EventTypes.DeviceAuditFailed, row.Id)),
                row.Owner,
                EventTypes.DeviceAuditFailed,
                device,
                row.State,
                Places[RegisterKinds.Device] + device)
            {
                Change = row,
            }
            : null;
    }

    private static EventId IdOf(string type, string id, DateTimeOffset now) => EventId.From(
        Repeated.Contains(type, StringComparer.Ordinal)
            ? PrefixedId.Derive("event", type, id, now.ToMicros().ToString(CultureInfo.InvariantCulture))
            : PrefixedId.Derive("event", type, id));
}
