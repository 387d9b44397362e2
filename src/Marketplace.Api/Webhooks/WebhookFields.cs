using Marketplace.Api.Http;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Api.Webhooks;

/// <summary>What the fields of a webhook may be.</summary>
internal static class WebhookFields
{
    private const int DescriptionLengthMax = 200;

    public static void Check(IReadOnlyList<string>? events, string? description, Faults faults)
    {
        faults.Length("description", description ?? string.Empty, 0, DescriptionLengthMax);

        if (events is null)
        {
            return;
        }

        if (events.Count == 0 || events.Count > EventTypes.All.Count)
        {
            faults.Add("events", $"has {events.Count} items, allowed are 1 to {EventTypes.All.Count}");
        }
        else if (events.FirstOrDefault(one => !EventTypes.All.Contains(one, StringComparer.Ordinal)) is { } unknown)
        {
            faults.Add("events", $"'{Shown(unknown)}' is none of {string.Join(", ", EventTypes.All)}");
        }
        else if (events.Distinct(StringComparer.Ordinal).Count() < events.Count)
        {
            faults.Add("events", "names one more than once");
        }
    }

    private static string Shown(string text) => text.Length <= 50 ? text : $"{text[..50]}…";
}
