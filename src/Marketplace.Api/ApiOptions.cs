using System.ComponentModel.DataAnnotations;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api;

/// <summary>What operators may set about the REST surface and the agent gateway; section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Api";

    /// <summary>Largest JSON body, bytes.</summary>
    [Range(1024, 16 * 1024 * 1024)]
    public int JsonBytesMax { get; set; } = 1024 * 1024;

    /// <summary>Largest file that a renter may upload, bytes.</summary>
    [Range(1024, 1L << 40)]
    public long AssetBytesMax { get; set; } = 2L << 30;

    /// <summary>Largest file that a provider or an administrator may upload, bytes: a model's weights.</summary>
    [Range(1024, 1L << 42)]
    public long ModelBytesMax { get; set; } = 256L << 30;

    /// <summary>Largest file that may be uploaded for a batch, bytes.</summary>
    [Range(1024, 1L << 40)]
    public long BatchFileBytesMax { get; set; } = 200L << 20;

    /// <summary>
    /// Bytes of files that one account may store, each file counted once; not for keys of administrators.
    /// </summary>
    [Range(0, 1L << 50)]
    public long AccountStorageBytesMax { get; set; } = 10L << 30;

    /// <summary>Largest file that an agent may upload, bytes: the sums of one render unit.</summary>
    [Range(1024, 1L << 32)]
    public long AgentBlobBytesMax { get; set; } = 64L << 20;

    /// <summary>Bytes that a device's agent may upload in an hour, through one host.</summary>
    [Range(1024, 1L << 50)]
    public long AgentUploadBytesPerHour { get; set; } = 64L << 30;

    /// <summary>Requests that a key may make at once before it is slowed down.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; set; } = 100;

    /// <summary>Requests per second that a key may make in the long run.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 20;

    /// <summary>Requests that a device's agent may make at once before it is slowed down.</summary>
    [Range(1, 1_000_000)]
    public int AgentRequestBurst { get; set; } = 1_000;

    /// <summary>Requests per second that a device's agent may make in the long run.</summary>
    [Range(1, 1_000_000)]
    public int AgentRequestsPerSecond { get; set; } = 500;

    /// <summary>
    /// How long an answer about a key or a session may be remembered; a revocation takes effect within this time.
    /// </summary>
    [Range(0, 5_000)]
    public int SignInCacheMilliseconds { get; set; } = 2_000;

    /// <summary>
    /// How old the offers may be that a request with tools is held to or not by; 0 asks the books for each.
    /// </summary>
    [Range(0, 60_000)]
    public int OffersCacheMilliseconds { get; set; } = 1_000;

    /// <summary>Silence on an event stream after which a comment is sent to keep the connection open.</summary>
    [Range(100, 120_000)]
    public int KeepAliveMilliseconds { get; set; } = 15_000;

    /// <summary>
    /// How long OpenAI's clients wait for the check of a text that is whole; then they get it as pending.
    /// </summary>
    [Range(0, 600_000)]
    public int CheckPatienceMilliseconds { get; set; } = 10_000;

    /// <summary>Price cap per million prompt tokens, in USDC, of an order that names none.</summary>
    public string DefaultPromptTokensCap { get; set; } = "10";

    /// <summary>Price cap per million generated tokens, in USDC, of an order that names none.</summary>
    public string DefaultOutputTokensCap { get; set; } = "50";

    /// <summary>Price cap per million pixel samples, in USDC, of an order that names none.</summary>
    public string DefaultMegasampleCap { get; set; } = "0.5";

    /// <summary>
    /// <c>indirectMax</c> of a render order that names none; 0 is no bound. 10 while hosts from before protocol 4 run:
    /// their gateways cannot tell agents, so that at 10 orders that name another bound are refused (400).
    /// </summary>
    [Range(0f, 1_000_000f)]
    public float DefaultIndirectMax { get; set; }

    /// <summary>
    /// Whether the model <c>noop</c> can be ordered: agents with <c>--offer-noop</c> answer it without weights, so that
    /// the market itself can be measured. Never on a market that is open to others.
    /// </summary>
    public bool OfferNoop { get; set; }

    /// <summary>Number of payout lanes that administrators see.</summary>
    [Range(1, 64)]
    public int PayoutLanes { get; set; } = 1;

    internal static bool IsPrice(string text) => Usdc.TryParse(text, out var price) && price >= Usdc.Zero;
}
