using System.Security.Cryptography;
using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;

namespace Marketplace.Agent.Renders;

/// <summary>
/// One render unit: traced, its sums uploaded under their hash, then delivered. The leaves that it is made of are
/// committed to, and shown only where the market asks for them.
/// </summary>
internal sealed class UnitRunner(IUnitTracer tracer, MarketLink link, Deliveries deliveries, ResultSigner signer)
{
    public async Task<DeliverReply> Run(RunningAttempt attempt, UnitOrderMessage order)
    {
        var traced = await tracer.Trace(order, attempt.Token);
        var done = signer.Unit(attempt.Order, order, traced);

        return await deliveries.UntilAnswered(attempt, Upload, attempt.Token);

        // Uploads and deliveries are one step: whatever fails, all are repeated, and all are harmless to repeat.
        async Task<DeliverReply> Upload(CancellationToken cancel)
        {
            await link.PutBlob(done.SumsSha256, traced.Sums, cancel);
            var reply = await link.DeliverUnit(done, cancel);

            return reply == DeliverReply.Open ? await Open(cancel) : reply;
        }

        async Task<DeliverReply> Open(CancellationToken cancel)
        {
            var opened = traced.Opened();
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(opened));
            await link.PutBlob(sha256, opened, cancel);
            var reply = await link.DeliverUnit(
                done with { LeavesSha256 = sha256, LeavesBytes = opened.Length }, cancel);

            return reply != DeliverReply.Open
                ? reply
                : throw new HttpRequestException($"{AgentRoutes.Unit}: the market asks again for what it was shown.");
        }
    }
}
