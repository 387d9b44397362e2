namespace Marketplace.Training.Runs;

/// <summary>A recipe, or a checkpoint made by another, cannot be used; says which field and what is allowed.</summary>
public sealed class RecipeException : Exception
{
    public RecipeException(string message)
        : base(message)
    {
    }

    public RecipeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
