using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>One of the texts that make an answer: a job of its own.</summary>
internal sealed record TextChoice(JobId Id, InferenceOrder Order);
