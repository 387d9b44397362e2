using System.Net;

namespace Marketplace.Agent.Market;

/// <summary>The market answered an HTTPS call with an error.</summary>
internal sealed class MarketRefusal(HttpStatusCode status, string code, string detail)
    : Exception($"{detail} ({(int)status}{(code.Length == 0 ? "" : $", {code}")})")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>The problem's stable code; empty when there was none.</summary>
    public string Code { get; } = code;

    /// <summary>True when the same call would be answered the same way again.</summary>
    public bool IsFinal => Status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.Conflict
        or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity
        or HttpStatusCode.UpgradeRequired;
}
