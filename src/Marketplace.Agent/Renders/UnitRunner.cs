using System.Security.Cryptography;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;

namespace Marketplace.Agent.Renders;

/// <summary>One render unit: traced, its sums uploaded under their hash, then delivered.</summary>
internal sealed class UnitRunner(IUnitTracer tracer, MarketLink link, Deliveries deliveries, ResultSigner signer)
{
    public async Task<DeliverReply> Run(RunningAttempt attempt, UnitOrderMessage order)
    {
        var sums = await tracer.Trace(order, attempt.Token);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(sums));
        var done = new UnitDoneMessage(
            attempt.Order.Attempt,
            sha256,
            sums.Length,
            attempt.Order.Work,
            signer.Unit(attempt.Order, order, sha256),
            ResultSigner.PixelSamples(order));

        return await deliveries.UntilAnswered(attempt, Upload, attempt.Token);

        // Upload and delivery are one step: whatever fails, both are repeated, and both are harmless to repeat.
        async Task<DeliverReply> Upload(CancellationToken cancel)
        {
            await link.PutBlob(sha256, sums, cancel);
            return await link.DeliverUnit(done, cancel);
        }
    }
}
