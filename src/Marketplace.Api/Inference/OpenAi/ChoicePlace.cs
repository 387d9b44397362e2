using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Which of an answer's texts a job makes.</summary>
/// <param name="Index">Its number, from 0.</param>
/// <param name="First">The job of the first one, which the answer is named for.</param>
internal readonly record struct ChoicePlace(int Index, JobView First);
