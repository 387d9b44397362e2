namespace Marketplace.Api.Http;

/// <summary>One event of a stream.</summary>
/// <param name="Name">What an event listener is registered for; null where the stream knows no names.</param>
/// <param name="Id">What a client resumes after.</param>
/// <param name="IsIdTold">Whether the client is told the id; else only we resume after it.</param>
/// <param name="Data">Written as JSON, a text as it stands; null for a happening that is not told.</param>
internal sealed record ServerSentEvent(string? Name, int? Id, object? Data, bool IsIdTold = true);
