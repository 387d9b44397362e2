namespace Marketplace.Api.Inference.OpenAi;

/// <summary>What is new of a call.</summary>
/// <param name="Number">Which call of the answer, from 0.</param>
/// <param name="Name">The function, in a call's first piece; null in those behind it.</param>
/// <param name="Arguments">What is new of its arguments; may be empty.</param>
internal readonly record struct CallPiece(int Number, string? Name, string Arguments);
