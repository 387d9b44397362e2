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
        Check(act);
        return log.Record(act.Actor, action, subject, act.Reason.Trim(), cancel);
    }

    /// <summary>For acts that the books may refuse: checked before, recorded after.</summary>
    /// <exception cref="ArgumentException">The reason is missing or too long.</exception>
    public static void Check(AdminAct act)
    {
        var length = act.Reason.Trim().Length;

        if (length is < ReasonLengthMin or > ReasonLengthMax)
        {
            throw new ArgumentException(
                $"The reason has {length} characters, allowed are {ReasonLengthMin} to {ReasonLengthMax}.",
                nameof(act));
        }
    }
}
