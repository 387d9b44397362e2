using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Payments;

/// <summary>
/// Where Stripe's messages arrive: raw bytes and their signature go to the inbox as they came. No part of the surface
/// for customers, so it stands in no document.
/// </summary>
internal static class StripeWebhook
{
    public const string Path = "/webhooks/stripe";

    private const string SignatureHeader = "Stripe-Signature";

    /// <summary>Largest message, bytes; Stripe's are far smaller.</summary>
    private const int BytesMax = 256 * 1024;

    public static void MapStripeWebhook(this WebApplication app) => app
        .MapPost(Path, Receive)
        .AllowAnonymous()
        .ExcludeFromDescription()
        .WithMetadata(new RequestSizeLimitAttribute(BytesMax));

    private static async Task<Results<Ok, ProblemHttpResult>> Receive(HttpRequest request, IGrainFactory grains)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        var outcome = await grains.GetGrain<IPaymentInboxGrain>(0)
            .Take(body.ToArray(), request.Headers[SignatureHeader].ToString());

        return outcome switch
        {
            InboxOutcome.Stored or InboxOutcome.Repeated => TypedResults.Ok(),
            InboxOutcome.Off => CardProblems.Off(),
            _ => Problems.Of(
                StatusCodes.Status400BadRequest,
                "signature-invalid",
                "The message carries no good signature of the last five minutes. Nothing was stored."),
        };
    }
}
