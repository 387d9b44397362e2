namespace Marketplace.Api.Inference.Jinja;

/// <summary>Kinds of parts of a template.</summary>
internal enum LexemeKind
{
    /// <summary>What is written as it is.</summary>
    Text,

    OutputBegin,
    OutputEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Whole,
    Real,
    Operator,
    End,
}
