namespace Marketplace.Compute.Inference.Tokenizers;

/// <summary>A token that stands for itself wherever its text occurs.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">What is written for it.</param>
/// <param name="IsControl">Whether it is no part of what a model says, such as the end of a turn.</param>
public readonly record struct MarkToken(int Id, string Text, bool IsControl);
