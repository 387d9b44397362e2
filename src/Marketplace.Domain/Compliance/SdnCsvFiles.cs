namespace Marketplace.Domain.Compliance;

/// <summary>The texts of the comma-separated form of the list, which come as four files.</summary>
/// <param name="Sdn">sdn.csv: the parties.</param>
/// <param name="Alt">alt.csv: other names.</param>
/// <param name="Add">add.csv: postal addresses.</param>
/// <param name="Comments">sdn_comments.csv: what of the remarks did not fit into sdn.csv.</param>
public sealed record SdnCsvFiles(string Sdn, string Alt, string Add, string Comments);
