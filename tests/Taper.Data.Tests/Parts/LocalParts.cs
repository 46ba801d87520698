using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;

namespace Taper.Data.Tests.Parts;

/// <summary>Prepares in several parts that are all in this process.</summary>
internal static class LocalParts
{
    public static DatasetSummary Build(DataConfig config, string baseFolder, string outFolder, int parts, int shards)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        return DatasetBuilder.BuildInParts(config, outFolder, folder =>
        {
            IReadOnlyList<IReadOnlyList<FileOfExamples>> hands = PartPlan.Deal(FileOfExamples.Find(config, baseFolder), parts);
            VocabularyShard[] vocabularies = [.. Enumerable.Range(0, shards).Select(_ => new VocabularyShard(config.Fields))];
            List<ExamplePart> all = [];
            try
            {
                all.AddRange(hands.Select((files, index) => new ExamplePart(
                    new PartPlan(config, baseFolder, folder, index, hands.Count, files), vocabularies, Path.Combine(baseFolder, $"rows-{index}"), stop.Token)));
                return new PartedPreparation(config, all, vocabularies, folder, null, stop).Run();
            }
            finally
            {
                all.ForEach(part => part.Dispose());
            }
        });
    }
}
