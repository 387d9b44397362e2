namespace Marketplace.Api.Http;

/// <summary>One event of a stream.</summary>
/// <param name="Name">What an event listener is registered for.</param>
/// <param name="Id">What a client resumes after; null where it cannot.</param>
/// <param name="Data">Written as JSON.</param>
internal sealed record ServerSentEvent(string Name, int? Id, object Data);
