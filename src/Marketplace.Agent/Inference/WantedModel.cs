using Marketplace.Agent.Protocol;
using Marketplace.Domain.Inference;

namespace Marketplace.Agent.Inference;

/// <summary>A model as an order names it.</summary>
/// <param name="Sha256">Hash of its file, or of the list of its files.</param>
/// <param name="Bytes">Length of all of it.</param>
/// <param name="Files">Its files where they are several.</param>
internal sealed record WantedModel(string Sha256, long Bytes, IReadOnlyList<ModelFileMessage>? Files)
{
    public static WantedModel Of(TextOrderMessage order) => new(order.ModelSha256, order.ModelBytes, order.Files);

    public static WantedModel Of(EmbeddingOrderMessage order) => new(order.ModelSha256, order.ModelBytes, order.Files);

    /// <summary>
    /// The files by name, checked before any of them is fetched: the order's hash is that of this very list.
    /// </summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public IReadOnlyList<BundledFile>? Checked()
    {
        if (Files is null)
        {
            return null;
        }

        if (Files.Count is 0 or > ModelBundle.FilesMax)
        {
            throw new InvalidDataException($"{Files.Count} files, allowed are 1 to {ModelBundle.FilesMax}.");
        }

        var bundle = ModelBundle.Of(Files.Select(file => new BundledFile(file.Path, file.Sha256, file.Bytes)));

        if (ModelBundle.WhyTwice(bundle.Files.Select(file => file.Path)) is { } twice)
        {
            throw new InvalidDataException($"The order {twice}.");
        }

        return bundle.Bytes == Bytes && bundle.Sha256() == Sha256
            ? bundle.Files
            : throw new InvalidDataException($"The order's files are not those of {Sha256}.");
    }
}
