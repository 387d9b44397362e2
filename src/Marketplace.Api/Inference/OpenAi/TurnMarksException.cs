namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Taking the marks of a model out of a text takes longer than any honest one does.</summary>
internal sealed class TurnMarksException() : Exception("taking its marks out of the text takes too many steps");
