namespace Marketplace.Api.Inference.Jinja;

/// <summary>
/// What a template may use up. Templates come with models from anybody: whatever one says, it ends soon and small.
/// </summary>
internal static class JinjaLimits
{
    /// <summary>Characters of a template.</summary>
    public const int TemplateCharactersMax = 256 * 1024;

    /// <summary>Expressions, statements and rounds of loops of one rendering; long texts count as several.</summary>
    public const int StepsMax = 1_000_000;

    /// <summary>Characters of what is written, and of any text on the way there.</summary>
    public const int CharactersMax = 512 * 1024;

    /// <summary>Characters read, compared or copied that count as one step.</summary>
    public const int CharactersPerStep = 256;

    /// <summary>Characters of all texts that one rendering makes, whether they are kept or not.</summary>
    public const int CharactersMadeMax = 8 * 1024 * 1024;

    /// <summary>Characters of a name that a template writes.</summary>
    public const int NameCharactersMax = 256;

    /// <summary>Items of a list.</summary>
    public const int ItemsMax = 100_000;

    /// <summary>Numbers of a <c>range</c>.</summary>
    public const int RangeMax = 10_000;

    /// <summary>Statements and expressions within each other while a template is read.</summary>
    public const int NestingMax = 64;

    /// <summary>Statements and expressions within each other while it runs.</summary>
    public const int DepthMax = 200;

    /// <summary>Macros called within each other.</summary>
    public const int MacroDepthMax = 16;

    /// <summary>Lists and objects within each other.</summary>
    public const int ValueDepthMax = 64;
}
