using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Marketplace.Domain.Devices;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Every device that was ever enrolled, with its provider and when. A device's id follows from its key, so that a key
/// in a receipt is the key of one device or of none.
/// </summary>
internal sealed class EnrolledDevices
{
    private readonly Dictionary<string, (string Provider, long AtUs)> _devices;

    private EnrolledDevices(Dictionary<string, (string Provider, long AtUs)> devices) => _devices = devices;

    public static async Task<EnrolledDevices> Read(DbConnection connection, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync<(string Device, string Provider, long AtUs)>(new(
            "SELECT device, provider, at_us FROM enrolled_device", cancellationToken: cancel));
        return new(rows.ToDictionary(row => row.Device, row => (row.Provider, row.AtUs), StringComparer.Ordinal));
    }

    /// <summary>
    /// Which key in a receipt is not that of a device which its provider had enrolled when the work ended; for a text
    /// or an embedding, of the device that the receipt names. Null when all are.
    /// </summary>
    /// <param name="receipt">Its signatures were checked: the members that they need are there.</param>
    /// <param name="provider">Who is paid by it.</param>
    public string? WhyStranger(JsonElement receipt, string provider)
    {
        if (!receipt.TryGetProperty("results", out var results) || results.GetArrayLength() == 0)
        {
            return null;
        }

        if (!receipt.TryGetProperty("endedAt", out var ended) || !DateTimeOffset.TryParse(
            ended.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var endedAt))
        {
            return "endedAt: is no time";
        }

        var named = receipt.GetProperty("kind").GetString() is "text" or "embedding"
            ? receipt.TryGetProperty("device", out var device) ? device.GetString() : string.Empty
            : null;
        var at = 0;

        foreach (var result in results.EnumerateArray())
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"results[{at++}].publicKey");
            var signer = DeviceId.OfKey(result.GetProperty("publicKey").GetBytesFromBase64()).Value;
            var isKnown = _devices.TryGetValue(signer, out var enrolled);
            var why = named is not null && named != signer ? $"is not the key of {named}, whose work it is"
                : !isKnown ? "is the key of no device that was ever enrolled"
                : enrolled.Provider != provider ? $"is the key of a device of {enrolled.Provider}, not of {provider}"
                : enrolled.AtUs > endedAt.ToMicros() ? $"is the key of {signer}, which was enrolled later"
                : null;

            if (why is not null)
            {
                return $"{path}: {why}";
            }
        }

        return null;
    }
}
