using Marketplace.Api.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What comes with a request for text besides its body, and what it takes to answer it.</summary>
internal readonly record struct TextCall(
    [property: FromHeader(Name = IdempotencyKey.Header)] string? IdempotencyKey,
    Requester Me,
    Desk Desk,
    OrderReaders Readers,
    EventStream Stream,
    HttpContext Http);
