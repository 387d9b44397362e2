using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Compliance;

/// <summary>
/// Results that did not stand when the platform verified them. They raise the risk score of their provider for some
/// days; an attempt counts once, however often it is told.
/// </summary>
internal sealed class ProofFailures(IRegister register, TimeProvider clock)
{
    /// <summary>Failures that are counted; the score is at its most long before.</summary>
    public const int CountMax = 100;

    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan CountsFor = TimeSpan.FromDays(30);

    /// <summary>Writes down a failure, before anything follows from it.</summary>
    /// <param name="attempt">The attempt whose result it was.</param>
    /// <param name="provider">Whose device it was.</param>
    /// <param name="device">The device.</param>
    /// <param name="work">The job or render.</param>
    /// <param name="code">What did not stand, such as <c>bad-sums</c>.</param>
    /// <param name="cancel">Ends the wait.</param>
    public Task Record(
        AttemptId attempt, ProviderId provider, DeviceId device, string work, string code, CancellationToken cancel) =>
        register.Put(
            [
                new(
                    RegisterKinds.ProofFailure,
                    attempt.Value,
                    provider.Value,
                    code,
                    ListDetail.Write(new ListDetail.ProofFailure(device, work)),
                    null),
            ],
            cancel);

    /// <summary>How many count now, and the newest of them in words.</summary>
    public async Task<(int Count, string? Newest)> Of(ProviderId provider, CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - CountsFor;
        var rows = await register.List(RegisterKinds.ProofFailure, provider.Value, null, null, CountMax, cancel);
        var counted = rows.Count(row => row.CreatedAt > since);

        if (counted == 0)
        {
            return (0, null);
        }

        var detail = ListDetail.Read<ListDetail.ProofFailure>(rows[0].Detail);
        return (counted, $"{rows[0].State} of {detail.Device} in {detail.Work}");
    }
}
