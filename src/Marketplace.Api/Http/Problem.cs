namespace Marketplace.Api.Http;

/// <summary>
/// A refusal, RFC 9457. Some codes add facts of their own, such as <c>needed</c> and <c>available</c>.
/// </summary>
/// <param name="Type" example="urn:marketplace:problem:invalid-request">Names the kind of problem.</param>
/// <param name="Title" example="Invalid request">The kind in words.</param>
/// <param name="Status" example="400">The HTTP status.</param>
/// <param name="Detail" example="maxTokens: is 0, allowed are 1 to 32768">What is wrong this time, for people.</param>
/// <param name="Instance" example="/v1/jobs">The address that was refused.</param>
/// <param name="Code" example="invalid-request">What programs tell problems apart by; it never changes.</param>
/// <param name="Errors">What is wrong with which field, for <c>invalid-request</c>.</param>
internal sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string? Instance,
    string Code,
    IReadOnlyList<FieldError>? Errors);
