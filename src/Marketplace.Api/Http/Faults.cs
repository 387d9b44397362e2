namespace Marketplace.Api.Http;

/// <summary>Collects what is wrong with a request, so that the answer names every field at once.</summary>
internal sealed class Faults
{
    private const int ErrorsMax = 20;

    // Both may have a part of what was sent, which its sender knows.
    private const int FieldLengthMax = 200;
    private const int DetailLengthMax = 500;

    private readonly List<FieldError> _errors = [];

    public IReadOnlyList<FieldError> Errors => _errors;

    public bool Any => _errors.Count > 0;

    public void Add(string field, string detail)
    {
        if (_errors.Count < ErrorsMax)
        {
            _errors.Add(new(Cut(field, FieldLengthMax), Cut(detail, DetailLengthMax)));
        }
    }

    /// <summary>Refuses a number outside the two bounds, which are allowed themselves.</summary>
    public void Range(string field, long value, long min, long max)
    {
        if (value < min || value > max)
        {
            Add(field, $"is {value}, allowed are {min} to {max}");
        }
    }

    /// <summary>Refuses a text that is shorter or longer than allowed.</summary>
    public void Length(string field, string text, int min, int max)
    {
        if (text.Length < min || text.Length > max)
        {
            Add(field, $"has {text.Length} characters, allowed are {min} to {max}");
        }
    }

    private static string Cut(string text, int lengthMax) =>
        text.Length <= lengthMax ? text : $"{text[..lengthMax]}…";
}
