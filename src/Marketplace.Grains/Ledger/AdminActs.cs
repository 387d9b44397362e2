using Marketplace.Domain;
using Marketplace.Ledger;

namespace Marketplace.Grains.Ledger;

/// <summary>
/// Writes administrative acts to the audit log, before they are done: an entry without a deed is the lesser evil.
/// </summary>
internal sealed class AdminActs(IAuditLog log)
{
    public const int ReasonLengthMin = 3;
    public const int ReasonLengthMax = 500;

    /// <exception cref="ArgumentException">The reason is missing or too long.</exception>
    public Task Record(AdminAct act, string action, string subject, CancellationToken cancel)
    {
        var reason = act.Reason.Trim();

        return reason.Length is >= ReasonLengthMin and <= ReasonLengthMax
            ? log.Record(act.Actor, action, subject, reason, cancel)
            : throw new ArgumentException(
                $"The reason has {reason.Length} characters, allowed are {ReasonLengthMin} to {ReasonLengthMax}.",
                nameof(act));
    }
}
