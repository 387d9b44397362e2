namespace Marketplace.Compute.Inference.Generation;

/// <summary>A token that was or could have been drawn.</summary>
/// <param name="Id">Its number in the vocabulary.</param>
/// <param name="Bytes">Its text in UTF-8; a part of a sequence where the token is one.</param>
/// <param name="LogProbability">Natural, under the model before temperature and filters.</param>
public readonly record struct TokenProbability(int Id, byte[] Bytes, double LogProbability);
