using Marketplace.Domain.Inference;

namespace Marketplace.Api.Batches;

/// <summary>A file that is no more.</summary>
/// <param name="Id">The file.</param>
/// <param name="Object" example="file">Always <c>file</c>.</param>
/// <param name="Deleted" example="true">Always true.</param>
internal sealed record DeletedFile(FileId Id, string Object, bool Deleted)
{
    public static DeletedFile Of(FileId id) => new(id, "file", true);
}
