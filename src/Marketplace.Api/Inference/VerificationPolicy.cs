using Marketplace.Api.Http;

namespace Marketplace.Api.Inference;

/// <summary>How often a renter wants a text checked.</summary>
internal static class VerificationPolicy
{
    /// <summary>As the device's standing has it.</summary>
    public const string Sampled = "sampled";

    /// <summary>In any case.</summary>
    public const string Always = "always";

    public static void Check(string? given, Faults faults)
    {
        if (given is not (null or Sampled or Always))
        {
            faults.Add("verification", $"is '{given}', allowed are {Sampled} and {Always}");
        }
    }
}
