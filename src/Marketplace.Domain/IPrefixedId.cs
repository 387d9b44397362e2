namespace Marketplace.Domain;

/// <summary>An id with a prefix of its own; see <see cref="PrefixedId"/>.</summary>
public interface IPrefixedId<TSelf>
    where TSelf : struct, IPrefixedId<TSelf>
{
    /// <summary>The prefix with its underscore, such as <c>job_</c>.</summary>
    static abstract string Prefix { get; }

    /// <summary>The whole text.</summary>
    string Value { get; }

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is no such id.</exception>
    static abstract TSelf Parse(string text);
}
