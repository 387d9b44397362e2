using System.Collections.Concurrent;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Devices;
using NSec.Cryptography;

namespace Marketplace.Api.AgentGateway;

/// <summary>
/// Checks devices' signatures over what they deliver. A device's key never changes, so it is asked for once.
/// </summary>
internal sealed class ResultSignatures(IGrainFactory grains)
{
    private const int KeysMax = 50_000;
    private const int SignatureBytes = 64;

    private readonly ConcurrentDictionary<DeviceId, byte[]> _keys = new();

    /// <param name="device">Whose session it is.</param>
    /// <param name="result">What was delivered; the signature as the agent sent it.</param>
    /// <param name="work">The work of the attempt.</param>
    public async Task<ResultClaim> Check(DeviceId device, UncheckedResult result, string work)
    {
        if (result.Signature is null)
        {
            return new ResultClaim.Unsigned();
        }

        if (SignIn.ReadBase64(result.Signature) is not { Length: SignatureBytes } signature
            || await KeyOf(device) is not { } publicKey)
        {
            return new ResultClaim.Forged();
        }

        var statement = SignedText.Result(
            result.Attempt.Value, work, result.Output, result.Meter, result.Logits, result.Leaves);

        return PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
            && SignatureAlgorithm.Ed25519.Verify(key!, statement, signature)
                ? new ResultClaim.Signed(new(
                    result.Attempt,
                    result.Output,
                    result.Meter,
                    Convert.ToBase64String(publicKey),
                    Convert.ToBase64String(signature),
                    result.Logits,
                    result.Leaves))
                : new ResultClaim.Forged();
    }

    private async Task<byte[]?> KeyOf(DeviceId device)
    {
        if (_keys.TryGetValue(device, out var known))
        {
            return known;
        }

        if ((await grains.GetGrain<IDeviceGrain>(device.Value).Describe())?.PublicKey is not { } key)
        {
            return null;
        }

        if (_keys.Count >= KeysMax)
        {
            _keys.Clear();
        }

        return _keys[device] = key;
    }

    /// <summary>A delivery before its signature was checked.</summary>
    internal sealed record UncheckedResult(
        AttemptId Attempt,
        string Output,
        IReadOnlyDictionary<string, long> Meter,
        string? Signature,
        string? Logits = null,
        string? Leaves = null);
}
