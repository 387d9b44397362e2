using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Http;

/// <summary>A header, query parameter or path of a request cannot be read; answered with 400.</summary>
internal sealed class InvalidFieldException(string field, string detail) : BadHttpRequestException($"{field}: {detail}")
{
    public FieldError Error { get; } = new(field, detail);
}
