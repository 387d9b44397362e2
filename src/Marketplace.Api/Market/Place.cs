using Marketplace.Api.Http;
using Marketplace.Domain.Devices;

namespace Marketplace.Api.Market;

/// <summary>Reads where an order may run: a region, a device class.</summary>
internal static class Place
{
    private const int RegionLengthMin = 2;
    private const int RegionLengthMax = 16;

    public static void CheckRegion(string? region, Faults faults)
    {
        if (region is not null
            && (region.Length is < RegionLengthMin or > RegionLengthMax
                || region.Any(
                    letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-')))
        {
            faults.Add(
                "region", $"must be {RegionLengthMin} to {RegionLengthMax} lower-case letters, digits or hyphens");
        }
    }

    public static void CheckClass(string? name, Faults faults)
    {
        try
        {
            _ = ToClass(name);
        }
        catch (FormatException refused)
        {
            faults.Add("deviceClass", refused.Message);
        }
    }

    public static DeviceClass? ToClass(string? name) => name is null ? null : DeviceClass.Parse(name);
}
