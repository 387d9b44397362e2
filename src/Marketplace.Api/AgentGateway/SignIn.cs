using System.Text;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Renders;
using NSec.Cryptography;

namespace Marketplace.Api.AgentGateway;

/// <summary>Checks what an agent says while it enrols and signs in.</summary>
internal static class SignIn
{
    private const int KeyBytes = 32;
    private const int SignatureBytes = 64;
    private const int Base64LengthMax = 256;
    private const int NameLengthMax = 120;
    private const int VersionLengthMax = 64;
    private const int CoresMax = 1_000_000;
    private const long MemoryMax = 1L << 50;

    /// <summary>Whether the signature over the nonce was made by the device's key.</summary>
    public static bool IsSigned(DeviceId device, byte[] publicKey, byte[] nonce, byte[] signature)
    {
        byte[] signed =
        [
            .. Encoding.ASCII.GetBytes(AgentRoutes.ChallengeContext), 0,
            .. Encoding.ASCII.GetBytes(device.Value), 0,
            .. nonce,
        ];

        return signature.Length == SignatureBytes
            && PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, signed, signature);
    }

    /// <summary>The bytes, or null when the text is no base64 or too long for anything here.</summary>
    public static byte[]? ReadBase64(string text)
    {
        var bytes = new byte[Base64LengthMax];

        return text.Length <= Base64LengthMax && Convert.TryFromBase64String(text, bytes, out var written)
            ? bytes[..written]
            : null;
    }

    public static Faults Check(EnrolRequest request)
    {
        var faults = new Faults();
        faults.Length("code", request.Code, 1, EnrolmentKey.CodeLengthMax);
        faults.Length("name", request.Name, 1, NameLengthMax);
        faults.Length("agentVersion", request.AgentVersion, 1, VersionLengthMax);
        faults.Range("memoryBytes", request.MemoryBytes, 0, MemoryMax);
        faults.Range("cores", request.Cores, 1, CoresMax);
        faults.Range("slots", request.Slots, 1, DeviceSpec.SlotsMax);
        Place.CheckRegion(request.Region, faults);

        if (request.RenderScoreHundredths is { } score)
        {
            faults.Range("renderScoreHundredths", score, 1, RenderScore.HundredthsMax);
        }

        if (ReadBase64(request.PublicKey) is not { Length: KeyBytes })
        {
            faults.Add("publicKey", $"must be base64 of {KeyBytes} bytes");
        }

        if (ToKind(request.Kind) is null)
        {
            faults.Add("kind", $"'{request.Kind}' is none of host, cuda, opencl");
        }

        return faults;
    }

    public static DeviceSpec ToSpec(EnrolRequest request) => new(
        ToKind(request.Kind)!.Value,
        request.Name,
        request.MemoryBytes,
        request.Cores,
        request.Region,
        request.Slots,
        request.AgentVersion,
        request.RenderScoreHundredths is { } score ? RenderScore.FromHundredths(score) : null);

    private static DeviceKind? ToKind(string kind) => kind switch
    {
        "host" => DeviceKind.Host,
        "cuda" => DeviceKind.Cuda,
        "opencl" => DeviceKind.OpenCl,
        _ => null,
    };
}
