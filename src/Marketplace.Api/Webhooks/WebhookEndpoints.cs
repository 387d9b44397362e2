using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Abstractions.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Webhooks;

/// <summary>Addresses of the caller's account that are told of events.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder v1)
    {
        var webhooks = v1.MapGroup("/webhooks").WithTags("Webhooks").RequireAuthorization(Policies.Webhooks);

        webhooks.MapPost("", CreateWebhook).RefusesWith(400, 401, 403, 409, 422);
        webhooks.MapGet("", ListWebhooks).RefusesWith(401, 403);
        webhooks.MapGet("/{webhookId}", GetWebhook).RefusesWith(401, 403, 404);
        webhooks.MapPatch("/{webhookId}", ChangeWebhook).RefusesWith(400, 401, 403, 404, 422);
        webhooks.MapDelete("/{webhookId}", DeleteWebhook).RefusesWith(401, 403, 404);
        webhooks.MapPost("/{webhookId}/rotate", RotateSecret).RefusesWith(401, 403, 404, 409);
        webhooks.MapPost("/{webhookId}/test", TestWebhook).RefusesWith(400, 401, 403, 404, 409);
        webhooks.MapGet("/{webhookId}/deliveries", ListDeliveries).RefusesWith(400, 401, 403, 404);
        webhooks.MapPost("/{webhookId}/deliveries/{eventId}/redeliver", Redeliver).RefusesWith(401, 403, 404, 409);
    }

    /// <summary>
    /// Makes a webhook: from now on its address is told of these events, by POST, signed as standardwebhooks.com says.
    /// The secret is shown this once. Send an Idempotency-Key: a repeat with the same body answers the same webhook,
    /// without its secret.
    /// </summary>
    private static async Task<Results<Created<IssuedWebhookResponse>, ProblemHttpResult>> CreateWebhook(
        CreateWebhookRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (Beyond(request.Events, me) is { } beyond)
        {
            return beyond;
        }

        var id = WebhookId.From(IdempotencyKey.Name(me.Account, "webhooks", idempotencyKey, desk.Clock));
        var wanted = new NewWebhook(
            id, request.Url, request.Description ?? string.Empty, request.Events, me.Caller.Provider);
        var outcome = await Own(me, desk).Create(wanted);

        return outcome is WebhookOutcome.Stands stands
            ? TypedResults.Created($"/v1/webhooks/{id}", IssuedWebhookResponse.From(stands))
            : Refusal(outcome);
    }

    /// <summary>The account's webhooks, newest first, on one page.</summary>
    private static async Task<Ok<PageResponse<WebhookResponse>>> ListWebhooks(Requester me, Desk desk) =>
        TypedResults.Ok(new PageResponse<WebhookResponse>(
            [.. (await Own(me, desk).List()).Select(WebhookResponse.From)], false, null));

    /// <summary>One webhook, without its secret.</summary>
    private static async Task<Results<Ok<WebhookResponse>, ProblemHttpResult>> GetWebhook(
        string webhookId, Requester me, Desk desk) =>
        await Find(webhookId, me, desk) is { } webhook
            ? TypedResults.Ok(WebhookResponse.From(webhook))
            : Problems.NotFound("webhook");

    /// <summary>
    /// Changes what is told and leaves the rest. <c>enabled</c> turns it off, and on again, also after the platform has
    /// disabled it: what still waits is sent then.
    /// </summary>
    private static async Task<Results<Ok<WebhookResponse>, ProblemHttpResult>> ChangeWebhook(
        string webhookId, ChangeWebhookRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await Find(webhookId, me, desk) is not { } known)
        {
            return Problems.NotFound("webhook");
        }

        if (Beyond([.. known.Events, .. request.Events ?? []], me) is { } beyond)
        {
            return beyond;
        }

        return await Own(me, desk).Change(known.Id, request.ToChange(me.Caller.Provider)) switch
        {
            null => Problems.NotFound("webhook"),
            WebhookOutcome.Stands stands => TypedResults.Ok(WebhookResponse.From(stands.Webhook)),
            var outcome => Refusal(outcome),
        };
    }

    /// <summary>Takes a webhook away, with what still waits for it.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteWebhook(
        string webhookId, Requester me, Desk desk)
    {
        if (await Find(webhookId, me, desk) is not { } known)
        {
            return Problems.NotFound("webhook");
        }

        if (Beyond(known.Events, me) is { } beyond)
        {
            return beyond;
        }

        return await Own(me, desk).Delete(known.Id) ? TypedResults.NoContent() : Problems.NotFound("webhook");
    }

    /// <summary>
    /// Gives it another secret, shown this once. For a while, a day unless configured otherwise, messages carry a
    /// signature by each of the two, so that nothing is missed while the receiver changes over. Until then there is no
    /// further one: 409, <c>secret-rotating</c>. If the answer was lost, make another webhook and delete this one.
    /// </summary>
    private static async Task<Results<Ok<IssuedWebhookResponse>, ProblemHttpResult>> RotateSecret(
        string webhookId, Requester me, Desk desk)
    {
        if (await Find(webhookId, me, desk) is not { } known)
        {
            return Problems.NotFound("webhook");
        }

        if (Beyond(known.Events, me) is { } beyond)
        {
            return beyond;
        }

        return await Own(me, desk).Rotate(known.Id) switch
        {
            null => Problems.NotFound("webhook"),
            WebhookOutcome.Stands stands => TypedResults.Ok(IssuedWebhookResponse.From(stands)),
            var outcome => Refusal(outcome),
        };
    }

    /// <summary>Sends an event of the type <c>webhook.test</c>; how it goes is in the list of deliveries.</summary>
    private static async Task<Results<Accepted<DeliveryResponse>, ProblemHttpResult>> TestWebhook(
        string webhookId,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk)
    {
        if (await Find(webhookId, me, desk) is not { } known)
        {
            return Problems.NotFound("webhook");
        }

        var told = EventId.From(
            IdempotencyKey.Name(me.Account, $"webhooks/{known.Id}/test", idempotencyKey, desk.Clock));

        if (WhyOff(known) is { } off)
        {
            return off;
        }

        return await Own(me, desk).Test(known.Id, told) is { } test ? Queued(known.Id, test) : QueueFull();
    }

    /// <summary>
    /// Deliveries to a webhook, newest first, with what became of them. They are kept for weeks. Those of events that
    /// the key may not see are left out, so that a page may be short, or empty, and another follow it.
    /// </summary>
    private static async Task<Results<Ok<PageResponse<DeliveryResponse>>, ProblemHttpResult>> ListDeliveries(
        [AsParameters] PageQuery page, string webhookId, Requester me, Desk desk)
    {
        if (await Find(webhookId, me, desk) is not { } known)
        {
            return Problems.NotFound("webhook");
        }

        if (Beyond(known.Events, me) is { } beyond)
        {
            return beyond;
        }

        // It may have been told of other events before.
        return await Own(me, desk).Deliveries(known.Id, page.Before, page.Count) is { } found
            ? TypedResults.Ok(page.Answer(
                found with { Data = [.. found.Data.Where(one => Beyond(one, me) is null)] }, DeliveryResponse.From))
            : Problems.NotFound("webhook");
    }

    /// <summary>Sends an event again, under its old id and with a new series of tries.</summary>
    private static async Task<Results<Accepted<DeliveryResponse>, ProblemHttpResult>> Redeliver(
        string webhookId, string eventId, Requester me, Desk desk)
    {
        if (await Find(webhookId, me, desk) is not { } known
            || !Ids.Read<EventId>(eventId, out var told)
            || await Own(me, desk).Delivery(known.Id, told) is not { } delivery)
        {
            return Problems.NotFound("delivery");
        }

        if ((Beyond(known.Events, me) ?? Beyond(delivery, me) ?? WhyOff(known)) is { } refusal)
        {
            return refusal;
        }

        return await Own(me, desk).Redeliver(known.Id, told) is { } again
            ? Queued(known.Id, again)
            : Problems.NotFound("delivery");
    }

    private static Accepted<DeliveryResponse> Queued(WebhookId id, DeliveryView delivery) =>
        TypedResults.Accepted($"/v1/webhooks/{id}/deliveries", DeliveryResponse.From(delivery));

    private static IWebhookDeskGrain Own(Requester me, Desk desk) =>
        desk.Grains.GetGrain<IWebhookDeskGrain>(me.Account.Value);

    private static async Task<WebhookView?> Find(string webhookId, Requester me, Desk desk) =>
        Ids.Read<WebhookId>(webhookId, out var id) ? await Own(me, desk).Find(id) : null;

    /// <summary>A key is told, and changes who is told, only of what it may see itself.</summary>
    private static ProblemHttpResult? Beyond(IReadOnlyList<string> events, Requester me)
    {
        var scopes = me.Caller.Scopes;
        var type = events.FirstOrDefault(one =>
            !scopes.HasFlag(EventTypes.IsOfProviders(one) ? ApiKeyScopes.Provider : ApiKeyScopes.Renter));

        return type is null
            ? null
            : Problems.Of(
                StatusCodes.Status403Forbidden,
                "scope-missing",
                $"{type} needs a key with the scope {(EventTypes.IsOfProviders(type) ? "provider" : "renter")}.");
    }

    /// <summary>Tests are of no scope.</summary>
    private static ProblemHttpResult? Beyond(DeliveryView delivery, Requester me) =>
        delivery.Type == EventTypes.Test ? null : Beyond([delivery.Type], me);

    private static ProblemHttpResult QueueFull() => Problems.Of(
        StatusCodes.Status409Conflict,
        "webhook-queue-full",
        "As many events wait for the webhook as may. Test it again when some of them are through.");

    private static ProblemHttpResult? WhyOff(WebhookView webhook) => webhook.State == WebhookView.Enabled
        ? null
        : Problems.Of(
            StatusCodes.Status409Conflict,
            "webhook-off",
            $"The webhook is {webhook.State}{(webhook.Reason is { } why ? $": {why}" : string.Empty)}. Turn it on: "
                + "PATCH with enabled true.");

    private static ProblemHttpResult Refusal(WebhookOutcome outcome) => outcome switch
    {
        WebhookOutcome.BadUrl bad => Problems.Invalid("url", bad.Why),
        WebhookOutcome.NoProvider none => Problems.Of(
            StatusCodes.Status422UnprocessableEntity,
            "not-a-provider",
            $"{none.Event} is a provider's event, and this account is none yet: POST /v1/provider makes it one."),
        WebhookOutcome.TooMany many => Problems.Of(
            StatusCodes.Status409Conflict,
            "too-many-webhooks",
            $"An account has at most {many.Max} webhooks. Delete one first.",
            ("max", many.Max)),
        WebhookOutcome.Rotating rotating => Problems.Of(
            StatusCodes.Status409Conflict,
            "secret-rotating",
            $"The secret was changed, and the one before holds until {rotating.Until:O}: change it again then. If the "
                + "new one is lost, make another webhook and delete this one.",
            ("until", rotating.Until)),
        WebhookOutcome.KeyTaken => Problems.KeyReused(),
        var other => throw new UnreachableException(other.ToString()),
    };
}
