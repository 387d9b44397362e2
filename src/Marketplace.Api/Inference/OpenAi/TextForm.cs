using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market.Admission;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What a text is held to.</summary>
/// <param name="Schema">A JSON schema; null for none.</param>
/// <param name="Calls">A form of calls, which goes before the schema where a device holds it; null for none.</param>
/// <param name="IsNeeded">
/// Whether the text waits for a device that holds the form, and is not made without: a function is strict, or what is
/// no call is to be of a schema.
/// </param>
internal sealed record TextForm(string? Schema, string? Calls = null, bool IsNeeded = false)
{
    private static readonly TextForm Any = new(Schema: null);

    /// <summary>What was asked for, or as much of it as texts can be held to; or why not.</summary>
    public static async Task<(TextForm Form, ProblemHttpResult? Refusal)> Of(
        TextRequest request, ModelView model, ISchemaReader schemas)
    {
        var (schema, why) = await SchemaOf(request, schemas);

        if (why is not null)
        {
            return (Any, Problems.Invalid(request.SchemaField, why));
        }

        if (request is not ChatCompletionRequest { Plan: { TakesGrammar: true } plan })
        {
            return (new(schema), null);
        }

        if (plan is { IsForced: false, Form.IsBare: true } && schema is not null)
        {
            return (Any, Problems.Invalid(
                ResponseFormat.Field,
                $"is not supported with this value; allowed: text, beside tools of {model.Name}: its calls are bare "
                    + "JSON, as the answer would be"));
        }

        var (calls, whyNone) = await HeldCalls.Of(plan, plan.IsForced ? null : schema, schemas);

        // One call that is demanded is within what is asked for.
        var isNeeded = !plan.IsForced && (plan.IsStrict || schema is not null);
        return isNeeded && calls is null
            ? (Any, Problems.Invalid(ChatCompletionRequest.ToolsField, whyNone!))
            : (new(schema, calls, isNeeded), null);
    }

    /// <summary>
    /// Either the form of calls or the schema: agents of before know no such form, so that without a device that does,
    /// a demanded call is one, and one that the model chooses is held to nothing.
    /// </summary>
    /// <param name="request">What was asked.</param>
    /// <param name="model">Who is asked.</param>
    /// <param name="desk">Where.</param>
    /// <param name="known">The job that may be there already: its repeat asks for the same.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<TextForm> Settled(
        TextRequest request, ModelView model, Desk desk, JobId? known, CancellationToken cancel)
    {
        if (Calls is null)
        {
            return this;
        }

        var begun = known is { } job && !IsNeeded
            ? await desk.Grains.GetGrain<IInferenceJobGrain>(job.Value).Describe(cancel)
            : null;
        var isHeld = IsNeeded || (begun is not null
            ? begun.Order.Calls is not null
            : await IsHeldBySomebody(request, model, desk, cancel));

        return isHeld ? this with { Schema = null } : this with { Calls = null };
    }

    private static async Task<bool> IsHeldBySomebody(
        TextRequest request, ModelView model, Desk desk, CancellationToken cancel)
    {
        var needs = request.ToOrder(model, new(string.Empty, string.Empty), 1, 0, null, desk.Options).Needs;
        var offers = await desk.Offers.Of(desk.Grains, cancel);

        return offers.Any(offer => offer.Models?.HoldsCalls == true && Admit.Check(offer, needs).Count == 0);
    }

    private static async Task<(string? Held, string? Why)> SchemaOf(TextRequest request, ISchemaReader schemas)
    {
        if (request.Schema is not { } asked || await schemas.WhyRefused(asked) is not { } why)
        {
            return (request.Schema, null);
        }

        return await request.Loosened(schemas) is { } loose && await schemas.WhyRefused(loose) is null
            ? (loose, null)
            : (null, why);
    }
}
