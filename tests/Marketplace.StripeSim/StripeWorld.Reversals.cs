using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <content>Refunds, disputes and payouts to the bank.</content>
public sealed partial class StripeWorld
{
    private const long DisputeFeeCents = 15_00;
    private const long EvidenceSeconds = 14 * 24 * 60 * 60;

    /// <summary>A refund made at Stripe's dashboard.</summary>
    public string RefundByHand(string intent, long amount) =>
        Locked(() => MakeRefund(ChargeOf(intent), amount, [])["id"]!.GetValue<string>());

    /// <summary>The bank takes a refund, or sends it back, also one that had succeeded.</summary>
    public void SettleRefund(string refund, bool succeeds) => Locked(() =>
    {
        var found = Find("refund", refund);
        var charge = Find(found["charge"]!.GetValue<string>());
        var amount = found["amount"]!.GetValue<long>();
        var isOver = found["status"]!.GetValue<string>() == "failed";

        if (!isOver && succeeds)
        {
            found["status"] = "succeeded";
            Tell("refund.updated", found);
        }
        else if (!isOver)
        {
            found["status"] = "failed";
            found["failure_reason"] = "lost_or_stolen_card";
            found["failure_balance_transaction"] =
                Line("refund_failure", amount, 0, refund, "Refund failed")["id"]!.DeepClone();
            charge["amount_refunded"] = charge["amount_refunded"]!.GetValue<long>() - amount;
            Tell("refund.failed", found);
        }

        return true;
    });

    /// <summary>A card holder's bank disputes a payment; an inquiry moves no money yet.</summary>
    public string Dispute(string intent, long? amount = null, bool inquiry = false) => Locked(() =>
    {
        var charge = ChargeOf(intent);
        var left = charge["amount"]!.GetValue<long>() - charge["amount_refunded"]!.GetValue<long>();
        return MakeDispute(charge, Math.Min(left, amount ?? left), inquiry)["id"]!.GetValue<string>();
    });

    /// <summary>An inquiry becomes a dispute.</summary>
    public void Escalate(string dispute) => Locked(() =>
    {
        var found = Find("dispute", dispute);
        found["status"] = "needs_response";
        Withdraw(found);
        Tell("charge.dispute.updated", found);
        return true;
    });

    /// <summary>An inquiry ends and was none.</summary>
    public void CloseInquiry(string dispute) => Close(dispute, "warning_closed");

    /// <summary>The bank decides; with the money a part of the fee may come back.</summary>
    public void Decide(string dispute, bool won, long feeBack = 0)
    {
        Close(dispute, won ? "won" : "lost");

        if (won)
        {
            Locked(() =>
            {
                var found = Find("dispute", dispute);
                var line = Line("adjustment", found["amount"]!.GetValue<long>(), -feeBack, dispute, "Dispute reversed");
                found["balance_transactions"]!.AsArray().Add(line.DeepClone());
                Tell("charge.dispute.funds_reinstated", found);
                return true;
            });
        }
    }

    /// <summary>Stripe pays to our bank.</summary>
    public string PayOut(long cents) => Locked(() =>
    {
        var payout = Add("po", "payout", new() { ["amount"] = cents, ["currency"] = "usd", ["status"] = "paid" });
        Line("payout", -cents, 0, payout["id"]!.GetValue<string>(), "STRIPE PAYOUT");
        Tell("payout.paid", payout);
        return payout["id"]!.GetValue<string>();
    });

    /// <summary>A change of the balance by Stripe itself, of any kind, such as <c>stripe_fee</c>.</summary>
    public void Adjust(long cents, string type = "adjustment", string source = "", long fee = 0) =>
        Locked(() => Line(type, cents, fee, source, "Stripe's own"));

    internal JsonObject CreateRefund(SimForm form)
    {
        var charge = ChargeOf(form.Text("payment_intent"));
        var left = charge["amount"]!.GetValue<long>() - charge["amount_refunded"]!.GetValue<long>();
        var amount = form.FindNumber("amount") ?? left;
        form.Find("reason");
        var metadata = form.Metadata();
        form.Done();

        return left == 0
            ? throw SimException.Invalid("charge_already_refunded", $"{charge["id"]} has already been refunded.")
            : amount == 0 || amount > left
                ? throw SimException.Invalid("amount_too_large", $"The amount {amount} is greater than the {left} left.")
                : charge["disputed"]!.GetValue<bool>()
                    ? throw SimException.Invalid("charge_disputed", $"{charge["id"]} has been charged back.")
                    : MakeRefund(charge, amount, metadata);
    }

    /// <summary>Somebody adds to the evidence at the dashboard and does not send it.</summary>
    public void AddEvidence(string dispute, string field, string text) =>
        Locked(() => Find("dispute", dispute)["evidence"]![field] = text);

    internal JsonObject UpdateDispute(string id, SimForm form)
    {
        var dispute = Find("dispute", id);
        var evidence = form.Metadata("evidence");
        var sends = form.Find("submit") is "true" or "True";
        form.Done();

        if (dispute["status"]!.GetValue<string>() is not ("needs_response" or "warning_needs_response"))
        {
            throw SimException.Invalid("dispute_closed", $"{id} is {dispute["status"]}: no evidence is taken.");
        }

        // What is not named again stays.
        foreach (var (field, value) in evidence)
        {
            dispute["evidence"]![field] = value?.DeepClone();
        }

        if (sends)
        {
            dispute["evidence_details"]!["submission_count"] = 1;
            dispute["evidence_details"]!["has_evidence"] = true;
            dispute["status"] = dispute["status"]!.GetValue<string>() == "needs_response"
                ? "under_review"
                : "warning_under_review";
        }

        Tell("charge.dispute.updated", dispute);
        return dispute;
    }

    private JsonObject ChargeOf(string intent) =>
        Find("payment_intent", intent)["latest_charge"]?.GetValue<string>() is { } charge
            ? Find(charge)
            : throw SimException.Invalid("payment_intent_unexpected_state", $"{intent} has no successful charge.");

    private JsonObject MakeRefund(JsonObject charge, long amount, JsonObject metadata)
    {
        var refund = Add("re", "refund", new()
        {
            ["amount"] = amount,
            ["currency"] = "usd",
            ["charge"] = charge["id"]?.DeepClone(),
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
            ["status"] = RefundsPend ? "pending" : "succeeded",
            ["metadata"] = metadata,
        });
        var id = refund["id"]!.GetValue<string>();
        refund["balance_transaction"] = Line("refund", -amount, 0, id, "Refund")["id"]!.DeepClone();
        charge["amount_refunded"] = charge["amount_refunded"]!.GetValue<long>() + amount;
        charge["refunded"] = charge["amount_refunded"]!.GetValue<long>() == charge["amount"]!.GetValue<long>();
        Tell("refund.created", refund);
        Tell("charge.refunded", charge);
        return refund;
    }

    private JsonObject MakeDispute(JsonObject charge, long amount, bool inquiry)
    {
        var dispute = Add("dp", "dispute", new()
        {
            ["amount"] = amount,
            ["currency"] = "usd",
            ["charge"] = charge["id"]?.DeepClone(),
            ["payment_intent"] = charge["payment_intent"]?.DeepClone(),
            ["reason"] = "fraudulent",
            ["status"] = inquiry ? "warning_needs_response" : "needs_response",
            ["is_charge_refundable"] = inquiry,
            ["balance_transactions"] = new JsonArray(),
            ["evidence"] = new JsonObject(),
            ["evidence_details"] = new JsonObject
            {
                ["due_by"] = Now + EvidenceSeconds,
                ["has_evidence"] = false,
                ["past_due"] = false,
                ["submission_count"] = 0,
            },
            ["metadata"] = new JsonObject(),
        });
        Tell("charge.dispute.created", dispute);

        if (!inquiry)
        {
            Withdraw(dispute);
        }

        return dispute;
    }

    private void Withdraw(JsonObject dispute)
    {
        var id = dispute["id"]!.GetValue<string>();
        var line = Line("adjustment", -dispute["amount"]!.GetValue<long>(), DisputeFeeCents, id, "Chargeback withdrawal");
        dispute["balance_transactions"]!.AsArray().Add(line.DeepClone());
        Find(dispute["charge"]!.GetValue<string>())["disputed"] = true;
        Tell("charge.dispute.funds_withdrawn", dispute);
    }

    private void Close(string dispute, string status) => Locked(() =>
    {
        var found = Find("dispute", dispute);
        found["status"] = status;
        Tell("charge.dispute.closed", found);
        return true;
    });
}
