using Marketplace.Agent.Market;
using Marketplace.Agent.Protocol;

namespace Marketplace.Agent.Devices;

/// <summary>Makes a device of a provider out of this machine, by a one-time code.</summary>
internal static class Enrolment
{
    private const int NameLengthMax = 120;

    /// <summary>Enrols and stores the identity. Repeating it after a lost answer is harmless.</summary>
    /// <exception cref="AgentFault">
    /// The market says no or cannot be reached, or the directory cannot be used.
    /// </exception>
    public static async Task<DeviceIdentity> Run(
        Uri market, string code, DeviceOffer offer, string dataDirectory, AgentOptions options,
        CancellationToken cancel)
    {
        var file = new IdentityFile(dataDirectory);
        var key = file.KeyForEnrolment();
        using var http = new MarketHttp(market, options);

        var request = new EnrolRequest(
            AgentRoutes.Version,
            code,
            Convert.ToBase64String(key.PublicKey),
            offer.Kind,
            offer.Name.Length <= NameLengthMax ? offer.Name : offer.Name[..NameLengthMax],
            offer.MemoryBytes,
            offer.Cores,
            offer.Region,
            offer.Slots,
            AgentVersion.Text,
            offer.Score?.Hundredths);

        try
        {
            var answer = await http.Post<EnrolResponse>(AgentRoutes.Enrol, request, null, cancel)
                ?? throw new AgentFault(ExitCodes.Refused, $"--url: {market} answers the enrolment with nothing");

            var identity = new DeviceIdentity(
                answer.DeviceId, answer.ProviderId, market, offer.Device, offer.Region, offer.Slots, key);
            file.Save(identity);

            return identity;
        }
        catch (MarketRefusal refusal)
        {
            throw new AgentFault(ExitCodes.Refused, $"enrol: the market refuses: {refusal.Message}", refusal);
        }
        catch (HttpRequestException fault)
        {
            throw new AgentFault(ExitCodes.Refused, $"--url: {market} cannot be reached: {fault.Message}", fault);
        }
    }
}
