using Taper.Data;
using Taper.Training.Layers;
using Taper.Training.Sizing;

namespace Taper.Training.Runs;

/// <summary>What a model has to know of its data.</summary>
/// <param name="Groups">The rows of all vocabularies by frequency.</param>
/// <param name="Fields">The embedded fields, in batch order.</param>
/// <param name="NumericFields">The number of numeric fields.</param>
internal sealed record ModelShape(FrequencyGroups Groups, IReadOnlyList<EmbeddedField> Fields, int NumericFields)
{
    /// <param name="dataset">The data.</param>
    /// <param name="method">The sizing method, which decides whether values of one count share a size.</param>
    public static ModelShape Of(Dataset dataset, string method)
    {
        List<string> vocabularies = [.. dataset.Vocabularies.Select(v => v.Name)];
        List<EmbeddedField> fields =
        [
            .. dataset.Fields.Where(f => f.HasEmbedding).Select(f => new EmbeddedField(vocabularies.IndexOf(f.Vocabulary), f.Pooling)),
        ];
        return new ModelShape(Sizer.GroupsOf(method, dataset), fields, dataset.Fields.Count - fields.Count);
    }
}
