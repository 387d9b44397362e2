namespace Marketplace.Training.Corpus;

/// <summary>A kind of story: for each of its scenes the sentences that may tell it.</summary>
/// <param name="Name">What happens, in a word or two.</param>
/// <param name="Scenes">In the order of the telling; one alternative of each is told.</param>
internal sealed record Plot(string Name, IReadOnlyList<string[]> Scenes);
