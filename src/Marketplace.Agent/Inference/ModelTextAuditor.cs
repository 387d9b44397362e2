using Marketplace.Agent.Protocol;
using Marketplace.Agent.Work;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Grammars;
using Marketplace.Compute.Inference.Verification;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>Second opinions on texts of the market's models.</summary>
internal sealed class ModelTextAuditor(ModelShelf models) : ITextAuditor
{
    public async Task<IReadOnlyList<MeasuredPosition>> Measure(AuditOrderMessage order, CancellationToken cancel)
    {
        using var loan = await models.Borrow(WantedModel.Of(order.Text), cancel);
        var model = loan.Thing;

        return await Task.Factory.StartNew(
            () => Measure(model, order), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static MeasuredPosition[] Measure(LoadedModel model, AuditOrderMessage order)
    {
        try
        {
            var measured = model.Measure(ModelTextMaker.RequestOf(order.Text), order.Tokens, order.Tolerance);

            return measured.Any(one => one.Finding.IsUndefined)
                ? throw new WorkFault(WorkFault.DeviceFault, "The model gives logits that are no numbers.", false)
                : [.. measured.Select(one => ToPosition(one.Own, one.Finding))];
        }
        catch (Exception fault) when (fault is PromptTooLongException or ArgumentException or SchemaException)
        {
            throw new WorkFault(WorkFault.Unsupported, fault.Message, true, fault);
        }
    }

    private static MeasuredPosition ToPosition(LogitClaim own, PositionFinding finding) => new(
        ClaimLog.ToRecord(own),
        (float)(finding.IsOutside ? LogitJudge.Largest : Math.Min(finding.Margin, LogitJudge.Largest)));
}
