namespace Marketplace.Api.Http;

/// <summary>What is wrong with one field of a request.</summary>
/// <param name="Field" example="maxTokens">The field, or the header or query parameter.</param>
/// <param name="Detail" example="is 0, allowed are 1 to 32768">What was found and what is allowed.</param>
internal sealed record FieldError(string Field, string Detail);
