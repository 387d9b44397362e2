namespace Marketplace.Compute.Inference.Verification;

/// <summary>What is wrong with a delivered text before any logit is looked at.</summary>
public enum TextFault
{
    /// <summary>Tokens, their text and the claims are not of one text.</summary>
    OtherTokens,

    /// <summary>It ends too early or too late, or not for the reason that is told.</summary>
    OtherEnd,
}
