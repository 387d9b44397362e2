using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>One order to audit another device's text: measured, signed, delivered.</summary>
internal sealed class AuditRunner(
    ITextAuditor? models, MarketLink link, Deliveries deliveries, ResultSigner signer, AgentOptions options)
{
    public async Task<DeliverReply> Run(RunningAttempt attempt, AuditOrderMessage order)
    {
        if (models is null)
        {
            throw new WorkFault(WorkFault.Unsupported, "This rig audits no texts.", false);
        }

        // The mark that ends a text has a position, too.
        if (order.Tokens.Length == 0 || order.Tokens.Length > options.TokensMax + 1)
        {
            throw new WorkFault(
                WorkFault.Unsupported,
                $"{order.Tokens.Length} tokens to audit, allowed are 1 to {options.TokensMax + 1}.",
                false);
        }

        var measured = await models.Measure(order, attempt.Token);
        var done = signer.Audit(attempt.Order, MeasuredPosition.Encode([.. measured]));
        return await deliveries.UntilAnswered(attempt, token => link.DeliverAudit(done, token), attempt.Token);
    }
}
