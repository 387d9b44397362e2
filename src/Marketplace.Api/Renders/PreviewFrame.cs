namespace Marketplace.Api.Renders;

/// <summary>One picture of a moving preview.</summary>
/// <param name="Sha256">The picture in the blob store, lower-case hex.</param>
/// <param name="IsMarked">Whether a watermark goes over it.</param>
public readonly record struct PreviewFrame(string Sha256, bool IsMarked = false);
