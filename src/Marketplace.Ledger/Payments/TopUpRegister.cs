using System.Text.Json;
using Marketplace.Domain.Payments;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// The lines that a top-up, its refunds and its disputes have in the register; their words are public.
/// </summary>
internal static class TopUpRegister
{
    public static IEnumerable<RegisterRow> Rows(TopUp topUp)
    {
        var owner = topUp.Account.Value;

        yield return new(RegisterKinds.TopUp, topUp.Id.Value, owner, Word(topUp.State), JsonSerializer.Serialize(new
        {
            amount = topUp.Asked.ToString(),
            received = topUp.Received.ToString(),
            method = Word(topUp.Method),
            paymentIntent = topUp.PaymentIntent,
            trouble = topUp.Trouble,
        }), null);

        foreach (var refund in topUp.Refunds)
        {
            yield return new(RegisterKinds.CardRefund, refund.Id.Value, owner, Word(refund.State), Json(new
            {
                topUp = topUp.Id.Value,
                amount = refund.Amount.ToString(),
                processorId = refund.ProcessorId,
                elsewhere = refund.IsElsewhere,
                trouble = refund.Trouble,
            }), null);
        }

        foreach (var dispute in topUp.Disputes)
        {
            yield return new(RegisterKinds.Dispute, dispute.Id, owner, Word(dispute.State), Json(new
            {
                topUp = topUp.Id.Value,
                amount = dispute.Amount.ToString(),
                reason = dispute.Reason,
                withdrawn = dispute.IsWithdrawn,
                evidence = Word(dispute.Evidence),
                evidenceDue = dispute.EvidenceDue,
            }), null);
        }
    }

    /// <summary>A state as a word of the surface.</summary>
    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Json<T>(T detail) => JsonSerializer.Serialize(detail);
}
