using Marketplace.Api.Http;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Api.Market;

/// <summary>Whose devices may do the work; receipts name providers.</summary>
/// <param name="Only">Nobody but these; null or empty for anybody. At most 32.</param>
/// <param name="Ignore">None of these; at most 32.</param>
internal sealed record ProviderPreference(
    IReadOnlyList<string>? Only = null, IReadOnlyList<string>? Ignore = null)
{
    public static void Check(ProviderPreference? given, Faults faults)
    {
        Check("providers.only", given?.Only, faults);
        Check("providers.ignore", given?.Ignore, faults);
    }

    /// <summary>What it comes to; null where nobody is left out.</summary>
    public ProviderChoice? ToChoice() => Only is { Count: > 0 } || Ignore is { Count: > 0 }
        ? new([.. (Only ?? []).Select(ProviderId.Parse)], [.. (Ignore ?? []).Select(ProviderId.Parse)])
        : null;

    private static void Check(string field, IReadOnlyList<string>? ids, Faults faults)
    {
        if (ids is null)
        {
            return;
        }

        faults.Range($"{field} (count)", ids.Count, 0, ProviderChoice.ProvidersMax);

        foreach (var (at, id) in ids.Take(ProviderChoice.ProvidersMax).Index())
        {
            if (id is null || !Ids.Read<ProviderId>(id, out _))
            {
                faults.Add($"{field}[{at}]", $"is no provider: ids begin with {ProviderId.Prefix}");
            }
        }
    }
}
