using Marketplace.Training.Corpus;
using Marketplace.Training.Tokens;

namespace Marketplace.Training.Runs;

/// <summary>
/// The stories of a run as tokens. Those trained on count up from 0 and never repeat; those held out count down.
/// </summary>
internal sealed class TrainingData
{
    private readonly StoryWriter _writer;
    private readonly TrainingRecipe _recipe;

    public TrainingData(TrainingRecipe recipe)
    {
        (_recipe, _writer) = (recipe, new StoryWriter(recipe.Seed));
        var stories = Enumerable.Range(0, recipe.TokenizerStories).Select(_writer.Write);
        Vocabulary = new(PieceTrainer.Train(stories, recipe.Pieces));
    }

    public PieceVocabulary Vocabulary { get; }

    /// <summary>The stories of a step, numbered from 1.</summary>
    public int[][] Batch(int step) =>
        [.. Enumerable.Range(0, _recipe.Batch).Select(at => Tokens(((step - 1) * _recipe.Batch) + at))];

    public int[][] HeldOut(int stories) => [.. Enumerable.Range(1, stories).Select(at => Tokens(-at))];

    /// <summary>A story between the marks of its beginning and end, cut to one more than the context.</summary>
    private int[] Tokens(int number)
    {
        int[] tokens = [.. Vocabulary.Tokenizer.Encode(_writer.Write(number)), PieceVocabulary.End];
        return tokens.Length > _recipe.Context + 1 ? tokens[..(_recipe.Context + 1)] : tokens;
    }
}
