using Marketplace.Api.Http;
using Marketplace.Domain.Invoices;
using Marketplace.Grains.Abstractions.Invoices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Invoices;

/// <summary>Monthly invoices of the caller's account.</summary>
internal static class InvoiceEndpoints
{
    public static void MapInvoices(this IEndpointRouteBuilder v1)
    {
        var invoices = v1.MapGroup("/invoices").WithTags("Invoices").RequireAuthorization(Policies.Renter);

        invoices.MapGet("", ListInvoices).RefusesWith(401, 403);
        invoices.MapGet("/preview", PreviewInvoice).RefusesWith(401, 403);
        invoices.MapGet("/billing", GetBilling).RefusesWith(401, 403);
        invoices.MapPut("/billing", SetBilling).RefusesWith(400, 401, 403);
        invoices.MapGet("/{number}", GetInvoice)
            .Produces<InvoiceResponse>(200, "application/json", "text/csv", "text/html")
            .RefusesWith(400, 401, 403, 404);
    }

    /// <summary>The account's invoices, newest first; at most 120, on one page.</summary>
    /// <remarks>
    /// A month's invoice is there from an hour after the month's end (UTC); one without charges has none.
    /// </remarks>
    private static async Task<Ok<PageResponse<InvoiceResponse>>> ListInvoices(Requester me, Desk desk)
    {
        var invoices = await Of(me, desk).List();

        return TypedResults.Ok(
            new PageResponse<InvoiceResponse>([.. invoices.Select(InvoiceResponse.From)], false, null));
    }

    /// <summary>The month under way, as its invoice would be now; it has no number.</summary>
    private static async Task<Ok<InvoiceResponse>> PreviewInvoice(Requester me, Desk desk) =>
        TypedResults.Ok(InvoiceResponse.From(await Of(me, desk).Preview()));

    /// <summary>Whom the next invoices are addressed to.</summary>
    private static async Task<Ok<BillingResponse>> GetBilling(Requester me, Desk desk) =>
        TypedResults.Ok(BillingResponse.From(await Of(me, desk).Billing()));

    /// <summary>Changes whom the next invoices are addressed to; those that are issued stay as they are.</summary>
    private static async Task<Results<Ok<BillingResponse>, ProblemHttpResult>> SetBilling(
        BillingRequest request, Requester me, Desk desk)
    {
        if (request.Check() is { Count: > 0 } faults)
        {
            return Problems.Invalid(faults);
        }

        await Of(me, desk).SetBilling(request.ToDetail());
        return TypedResults.Ok(BillingResponse.From(request.ToDetail()));
    }

    /// <summary>One invoice; it never changes.</summary>
    /// <param name="number" example="INV-000042">Its number.</param>
    /// <param name="format">json, csv or html, a page to print; json unless told.</param>
    /// <param name="me">Who asks.</param>
    /// <param name="desk">The market.</param>
    private static async Task<IResult> GetInvoice(string number, string? format, Requester me, Desk desk)
    {
        if (format is not (null or "json" or "csv" or "html"))
        {
            return Problems.Invalid("format", $"is '{format}', allowed are json, csv and html");
        }

        if (!InvoiceNumber.TryParse(number, out var known) || await Of(me, desk).Find(known) is not { } invoice)
        {
            return Problems.NotFound("invoice");
        }

        return format switch
        {
            "csv" => TypedResults.Text(InvoiceDocument.Csv(invoice), "text/csv; charset=utf-8; header=present"),
            "html" => TypedResults.Text(InvoiceDocument.Html(invoice), "text/html; charset=utf-8"),
            _ => TypedResults.Ok(InvoiceResponse.From(invoice)),
        };
    }

    private static IInvoiceGrain Of(Requester me, Desk desk) =>
        desk.Grains.GetGrain<IInvoiceGrain>(me.Account.Value);
}
