namespace Marketplace.Domain.Inference;

/// <summary>Where a batch stands, in OpenAI's words.</summary>
[GenerateSerializer, Alias("BatchState")]
public enum BatchState
{
    /// <summary>Its input is read.</summary>
    Validating = 0,

    /// <summary>The input is refused; nothing was run.</summary>
    Failed = 1,

    /// <summary>Its lines are run.</summary>
    InProgress = 2,

    /// <summary>Its files are written.</summary>
    Finalizing = 3,

    /// <summary>Every line has ended; the files are there.</summary>
    Completed = 4,

    /// <summary>Its window is over; what was finished is in the files.</summary>
    Expired = 5,

    /// <summary>Its owner gave it up; the files are written.</summary>
    Cancelling = 6,

    /// <summary>Given up; what was finished is in the files.</summary>
    Cancelled = 7,
}
