using System.Globalization;
using System.Text.Json.Nodes;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The form that an answer with calls is held to, as the engine's grammar of calls reads it.</summary>
internal static class HeldCalls
{
    /// <summary>The form, or why answers cannot be held to it.</summary>
    /// <param name="plan">What may or must be called.</param>
    /// <param name="answer">The schema of an answer that is no calls; null for any text.</param>
    /// <param name="schemas">Reads schemas.</param>
    public static async Task<(string? Form, string? Why)> Of(ToolPlan plan, string? answer, ISchemaReader schemas)
    {
        var asked = Written(plan, answer, await plan.HeldArguments(schemas));

        if (await Why(asked, schemas) is not { } why)
        {
            return (asked, null);
        }

        // All schemas together may be too large where each of them is not.
        var free = plan.IsStrict ? null : Written(plan, answer, [.. plan.Functions.Select(_ => ToolPlan.Anything())]);
        return free is not null && await Why(free, schemas) is null ? (free, null) : (null, why);
    }

    private static async Task<string?> Why(string form, ISchemaReader schemas) =>
        form.Length > InferenceLimits.CallsLengthMax
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"make {form.Length} characters together, allowed are {InferenceLimits.CallsLengthMax}")
            : await schemas.WhyCallsRefused(form);

    private static string Written(ToolPlan plan, string? answer, IReadOnlyList<JsonNode> arguments)
    {
        var form = plan.Form;

        return new JsonObject
        {
            ["form"] = form.Word,
            ["open"] = form.Open,
            ["close"] = form.Close,
            ["arguments"] = form.Arguments,
            ["most"] = plan.CallsMax,
            ["text"] = plan.IsForced ? false : answer is null ? true : JsonNode.Parse(answer),
            ["tools"] = new JsonArray([.. plan.Functions.Zip(arguments, (function, one) => new JsonObject
            {
                ["name"] = function.Name,
                ["arguments"] = one,
            })]),
        }.ToJsonString();
    }
}
