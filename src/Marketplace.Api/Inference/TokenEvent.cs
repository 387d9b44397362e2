using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>One token of an event stream.</summary>
/// <param name="Number" example="1">Counts from 1; also the event's id.</param>
/// <param name="Id" example="403">Its number in the model's vocabulary.</param>
/// <param name="Text" example=" girl">Its text; empty while a character is incomplete.</param>
internal sealed record TokenEvent(int Number, int Id, string Text)
{
    public static TokenEvent From(JobEvent.TokenMade made) => new(made.Number, made.Token.Id, made.Token.Text);
}
