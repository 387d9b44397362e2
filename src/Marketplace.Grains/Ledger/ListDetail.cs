using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;
using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Grains.Ledger;

/// <summary>
/// The JSON that each kind of the register keeps for lists: one record a kind, names in camel case, enums as words. The
/// API passes it on as it stands, so a name here is a public word.
/// </summary>
internal static class ListDetail
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Write<TDetail>(TDetail detail) => JsonSerializer.Serialize(detail, Options);

    /// <exception cref="JsonException">The text is no such detail.</exception>
    public static TDetail Read<TDetail>(string json) =>
        JsonSerializer.Deserialize<TDetail>(json, Options) ?? throw new JsonException("The detail is null.");

    /// <summary>Kind <c>account</c>.</summary>
    internal sealed record Account(string Name, ProviderId? Provider);

    /// <summary>Kind <c>key</c>; owner is the account.</summary>
    internal sealed record ApiKey(
        string Name, ApiKeyScopes Scopes, bool Live, string Hint, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

    /// <summary>Kind <c>provider</c>; owner is the account.</summary>
    internal sealed record Provider(string Name, string? Wallet, string? SuspendedReason);

    /// <summary>Kind <c>device</c>; owner is the provider.</summary>
    internal sealed record Device(DeviceClass Class, DeviceSpec Spec, DeviceAsk Ask, DateTimeOffset EnrolledAt);

    /// <summary>Kind <c>proof-failure</c>; owner is the provider, state what did not stand.</summary>
    internal sealed record ProofFailure(DeviceId Device, string Work);

    /// <summary>
    /// Kind <c>finding</c>; owner is the device, nobody once it is deleted. Due when its time is over.
    /// </summary>
    internal sealed record Finding(
        string Kind,
        string Work,
        string Attempt,
        string Verdict,
        string Cause,
        string Sha256,
        long Bytes,
        DateTimeOffset DecidedAt,
        DateTimeOffset KeptUntil);

    /// <summary>Kind <c>model</c>; without owner.</summary>
    internal sealed record Model(
        string Name,
        string Sha256,
        long Bytes,
        string Architecture,
        long Parameters,
        int ContextLength,
        string WeightFormat,
        string? ModelId = null);

    /// <summary>Kind <c>scene</c>; owner is the account.</summary>
    internal sealed record Scene(string Root, int Files, long Bytes, long Triangles, int Textures, long MemoryBytes);

    /// <summary>Kind <c>file</c>; owner is the account, nobody once it is deleted. The state is the purpose.</summary>
    internal sealed record File(string Name, string Sha256, long Bytes, DateTimeOffset CreatedAt);

    /// <summary>Kind <c>batch</c>; owner is the account. Due while it is not over.</summary>
    internal sealed record Batch(string Endpoint, int Total, int Completed, int Failed);

    /// <summary>
    /// Kinds <c>job</c> and <c>render</c>; owner is the account. Ticket is what an order book is rebuilt from.
    /// </summary>
    internal sealed record Work(
        string Title,
        Usdc Reserved,
        Usdc Charged,
        Ending? Ending,
        int Attempts,
        Escrow Escrow,
        WorkTicket? Ticket);

    /// <summary>
    /// Kind <c>receipt</c>; owner is the account. Due when the provider's share may become payable, later when that
    /// failed.
    /// </summary>
    internal sealed record Receipt(
        string Work, WorkKind Kind, ProviderId Provider, Usdc Charge, Usdc Share, int? ReleaseFailures = null);
}
