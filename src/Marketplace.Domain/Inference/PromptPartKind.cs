namespace Marketplace.Domain.Inference;

/// <summary>How a part of a prompt becomes tokens.</summary>
public enum PromptPartKind
{
    /// <summary>As a prompt of its own would, but for the begin token.</summary>
    Text,

    /// <summary>The same without the space that the model's tokenizer may put in front.</summary>
    Continued,

    /// <summary>The one token that is written so.</summary>
    Mark,
}
