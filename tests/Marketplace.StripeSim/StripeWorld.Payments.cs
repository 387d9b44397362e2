using System.Text.Json.Nodes;

namespace Marketplace.StripeSim;

/// <content>Pages, payments and charges: what our side asks for, and what customers do.</content>
public sealed partial class StripeWorld
{
    private const long SessionLifeMinSeconds = 30 * 60;
    private const long SessionLifeMaxSeconds = 24 * 60 * 60;

    /// <summary>A customer pays on the page; answers the payment.</summary>
    public string Pay(string session, string card = TestCards.Visa) => Locked(() =>
    {
        var page = Find("checkout.session", session);
        Expire();

        if (page["status"]!.GetValue<string>() != "open")
        {
            throw SimException.Invalid("checkout_session_not_open", $"{session} is {page["status"]}.");
        }

        var intent = page["payment_intent"]?.GetValue<string>() is { } begun
            ? Find(begun)
            : MakeIntent(
                page["amount_total"]!.GetValue<long>(),
                page["currency"]!.GetValue<string>(),
                (JsonObject)page["payment_intent_data_metadata"]!.DeepClone());
        page["payment_intent"] = intent["id"]!.DeepClone();
        Confirm(intent, card);
        return intent["id"]!.GetValue<string>();
    });

    /// <summary>A customer's own page confirms the payment.</summary>
    public void Confirm(string intent, string card = TestCards.Visa) => Locked(() =>
    {
        Confirm(Find("payment_intent", intent), card);
        return true;
    });

    /// <summary>The card holder authenticates, or fails to.</summary>
    public void Authenticate(string intent, bool passes) => Locked(() =>
    {
        var payment = Find("payment_intent", intent);

        if (passes)
        {
            Succeed(payment, disputes: false);
        }
        else
        {
            Decline(payment);
        }

        return true;
    });

    internal JsonObject CreateSession(SimForm form)
    {
        var unit = form.Number("line_items[0][price_data][unit_amount]");
        var currency = form.Text("line_items[0][price_data][currency]");
        var quantity = form.Number("line_items[0][quantity]");
        form.Text("line_items[0][price_data][product_data][name]");
        var mode = form.Text("mode");
        var success = form.Text("success_url");
        var cancel = form.Find("cancel_url");
        var expires = form.FindNumber("expires_at") ?? Now + SessionLifeMaxSeconds;
        form.Find("allowed_payment_method_types[0]");
        form.Find("payment_method_options[card][request_three_d_secure]");
        var reference = form.Find("client_reference_id");
        var metadata = form.Metadata();
        var intentMetadata = form.Metadata("payment_intent_data[metadata]");
        form.Done();

        if (mode != "payment" || unit * quantity < 50)
        {
            throw SimException.Invalid("amount_too_small", "Mode must be payment and the amount at least 50 cents.");
        }

        if (expires - Now is < SessionLifeMinSeconds - 60 or > SessionLifeMaxSeconds)
        {
            throw SimException.Invalid("expires_at", "expires_at must be between 30 minutes and 24 hours from now.");
        }

        var page = Add("cs_test", "checkout.session", new()
        {
            ["mode"] = mode,
            ["status"] = "open",
            ["payment_status"] = "unpaid",
            ["amount_total"] = unit * quantity,
            ["currency"] = currency,
            ["expires_at"] = expires,
            ["success_url"] = success,
            ["cancel_url"] = cancel,
            ["client_reference_id"] = reference,
            ["payment_intent"] = null,
            ["metadata"] = metadata,
            ["payment_intent_data_metadata"] = intentMetadata,
        });
        page["url"] = $"https://checkout.stripe.test/c/pay/{page["id"]}";
        return page;
    }

    internal JsonObject CreateIntent(SimForm form)
    {
        var amount = form.Number("amount");
        var currency = form.Text("currency");
        form.Find("allowed_payment_method_types[0]");
        form.Find("payment_method_options[card][request_three_d_secure]");
        var metadata = form.Metadata();
        form.Done();

        return amount >= 50
            ? MakeIntent(amount, currency, metadata)
            : throw SimException.Invalid("amount_too_small", "The amount must be at least 50 cents.");
    }

    /// <summary>Pages whose time is over end.</summary>
    internal void Expire()
    {
        foreach (var page in All("checkout.session"))
        {
            if (page["status"]!.GetValue<string>() == "open" && page["expires_at"]!.GetValue<long>() <= Now)
            {
                page["status"] = "expired";
                page["url"] = null;
                Tell("checkout.session.expired", page);
            }
        }
    }

    private JsonObject MakeIntent(long amount, string currency, JsonObject metadata)
    {
        var intent = Add("pi", "payment_intent", new()
        {
            ["amount"] = amount,
            ["amount_received"] = 0L,
            ["currency"] = currency,
            ["status"] = "requires_payment_method",
            ["latest_charge"] = null,
            ["metadata"] = metadata,
        });
        intent["client_secret"] = $"{intent["id"]}_secret_sim";
        Tell("payment_intent.created", intent);
        return intent;
    }

    private void Confirm(JsonObject intent, string card)
    {
        if (intent["status"]!.GetValue<string>() is "succeeded" or "canceled")
        {
            throw SimException.Invalid("payment_intent_unexpected_state", $"{intent["id"]} is {intent["status"]}.");
        }

        switch (card)
        {
            case TestCards.Declined:
                Decline(intent);
                break;
            case TestCards.ThreeDSecure:
                intent["status"] = "requires_action";
                Tell("payment_intent.requires_action", intent);
                break;
            default:
                Succeed(intent, card == TestCards.Disputed);
                break;
        }
    }

    private void Decline(JsonObject intent)
    {
        intent["status"] = "requires_payment_method";
        Tell("payment_intent.payment_failed", intent);
    }

    private void Succeed(JsonObject intent, bool disputes)
    {
        var amount = intent["amount"]!.GetValue<long>();
        var charge = Add("ch", "charge", new()
        {
            ["amount"] = amount,
            ["amount_refunded"] = 0L,
            ["currency"] = intent["currency"]?.DeepClone(),
            ["payment_intent"] = intent["id"]?.DeepClone(),
            ["status"] = "succeeded",
            ["paid"] = true,
            ["refunded"] = false,
            ["disputed"] = false,
            ["metadata"] = intent["metadata"]?.DeepClone(),
        });
        var line = Line("charge", amount, (amount * 29 / 1_000) + 30, charge["id"]!.GetValue<string>(), "Compute credit");
        charge["balance_transaction"] = line["id"]!.DeepClone();
        intent["status"] = "succeeded";
        intent["amount_received"] = amount;
        intent["latest_charge"] = charge["id"]!.DeepClone();
        Tell("charge.succeeded", charge);
        Tell("payment_intent.succeeded", intent);

        if (All("checkout.session").FirstOrDefault(one => one["payment_intent"]?.GetValue<string>()
            == intent["id"]!.GetValue<string>()) is { } page)
        {
            page["status"] = "complete";
            page["payment_status"] = "paid";
            page["url"] = null;
            Tell("checkout.session.completed", page);
        }

        if (disputes)
        {
            MakeDispute(charge, amount, inquiry: false);
        }
    }
}
