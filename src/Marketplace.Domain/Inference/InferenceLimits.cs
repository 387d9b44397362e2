namespace Marketplace.Domain.Inference;

/// <summary>What a text order may ask for.</summary>
public static class InferenceLimits
{
    /// <summary>
    /// UTF-8 bytes of a prompt, for contexts of about 128,000 tokens. Half of a request's body and of a batch's line,
    /// so that JSON's marks have room, and no more characters than tokenizers take; a job keeps its prompt with its
    /// state.
    /// </summary>
    public const int PromptBytesMax = 512 * 1024;

    /// <summary>
    /// Tokens of one text. Its end carries them all with a record of each, about 4 MB, and a job keeps them with its
    /// state.
    /// </summary>
    public const int TokensMax = 32_768;

    /// <summary>
    /// The same where log-probabilities are told: with those of 21 tokens in each place, a text takes as many bytes as
    /// four of the longest without.
    /// </summary>
    public const int TokensWithLogprobsMax = 8_192;

    /// <summary>
    /// Tokens of a prompt whose own log-probabilities are told: the end of its text carries a record of 64 bytes for
    /// each, and a job keeps what they say.
    /// </summary>
    public const int PromptWithLogprobsMax = 8_192;

    /// <summary>
    /// Tokens besides its own whose log-probability is told in each place of a prompt: records hold eight, and OpenAI's
    /// clients ask for no more.
    /// </summary>
    public const int PromptLogprobsMax = 5;

    /// <summary>Tokens of a text for which no limit was told: its money is set aside before the first one.</summary>
    public const int TokensUnlessTold = 8_192;
    public const double TemperatureMax = 2;

    /// <summary>
    /// The least temperature that is not greedy: below it, what the noise adds is less than devices differ by.
    /// </summary>
    public const double TemperatureMin = 1e-3;

    public const int DeadlineSecondsMin = 10;
    public const int DeadlineSecondsMax = 24 * 60 * 60;
    public const int DeadlineSecondsDefault = 10 * 60;

    /// <summary>
    /// UTF-8 bytes of one token's text. The longest entries of known vocabularies have a few hundred.
    /// </summary>
    public const int TokenTextBytesMax = 1_024;

    /// <summary>UTF-8 bytes of a whole text: 32 for each of the most tokens, where real ones have about 4.</summary>
    public const int TextBytesMax = 32 * TokensMax;

    /// <summary>Tokens besides the drawn one whose log-probability may be asked for.</summary>
    public const int LogprobsMax = 20;

    /// <summary>Characters of a JSON schema.</summary>
    public const int SchemaLengthMax = 64 * 1024;

    /// <summary>Characters of a form of calls: the schemas of all functions together.</summary>
    public const int CallsLengthMax = 256 * 1024;

    /// <summary>Bytes of all tokens together whose probability is told in one place of a text.</summary>
    public const int ProbabilityBytesMax = 4 * TokenTextBytesMax;

    /// <summary>Attempts before the work fails.</summary>
    public const int AttemptsMax = 5;

    /// <summary>
    /// The temperature that a text is drawn at, by whoever makes or judges it: 0 where less than
    /// <see cref="TemperatureMin"/> is asked for, as clients do that mean greedy; else what is asked for, which is not
    /// checked here. Orders of before there was a least temperature are stored with what was asked for.
    /// </summary>
    public static double EffectiveTemperature(double asked) => asked is > 0 and < TemperatureMin ? 0 : asked;
}
