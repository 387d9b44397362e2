using Marketplace.Grains.Abstractions.Payments;
using Orleans.Concurrency;

namespace Marketplace.Grains.Payments;

/// <summary>Takes messages in, many at a time; what they mean is another grain's work.</summary>
[StatelessWorker]
[Reentrant]
[GrainType("payment-inbox")]
internal sealed class PaymentInboxGrain(PaymentInbox inbox, IGrainFactory grains) : Grain, IPaymentInboxGrain
{
    public async Task<InboxOutcome> Take(byte[] body, string signature, CancellationToken cancel = default)
    {
        var outcome = await inbox.Take(body, signature, cancel);

        if (outcome == InboxOutcome.Stored)
        {
            // Not awaited: the sender only wants to know that it is stored. The sweep finds it anyway.
            grains.GetGrain<IPaymentOfficeGrain>(0).Work(CancellationToken.None).Ignore();
        }

        return outcome;
    }
}
