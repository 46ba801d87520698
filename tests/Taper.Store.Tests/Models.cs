using Taper.Embeddings;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Models.Scoring;
using Taper.Models.Tests;
using Taper.Store.Reading;

namespace Taper.Store.Tests;

/// <summary>Bundles to publish, and how their rows are read back.</summary>
internal static class Models
{
    /// <summary>A bundle of one vocabulary, whose values v0, v1, ... keep from 0 to D numbers.</summary>
    public static Bundle Write(string folder, int count, int dimension, Precision precision, int seed)
    {
        using EmbeddingTable trained = new(count + 1, dimension);
        trained.FillNormal(0.1, (ulong)seed);
        BundleVocabulary vocabulary = new()
        {
            Name = "id",
            Values = FeatureValues.Of([.. Enumerable.Range(0, count).Select(i => $"v{i}")]),
            Counts = new long[count],
            Sizes = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 7 % (dimension + 1)))],
            FirstRow = 0,
            DefaultRow = count,
        };
        BundleContent content = new()
        {
            Name = "many",
            Fields = [new FeatureField { Name = "id", Kind = FieldKind.Categorical }],
            Vocabularies = [vocabulary],
            Embeddings = trained,
            Network = RandomNetwork.Make("dnn", 1, dimension, 0, seed),
            Sizing = "amtl",
        };
        BundleWriter.Write(folder, content, precision);
        return Bundle.Open(folder);
    }

    /// <summary>Fetches values of the first vocabulary, each at full width.</summary>
    public static async Task<float[][]> ReadAsync(StoredRows source, IEnumerable<string> values)
    {
        FetchedRows rows = source.CreateRows();
        FetchedTable table = rows.Tables[0];
        ulong[] keys = [.. values.Select(value => table.Want(System.Text.Encoding.UTF8.GetBytes(value)))];
        await source.FetchAsync(rows, TestContext.Current.CancellationToken);
        return [.. keys.Select(key => Read(table, key))];
    }

    /// <summary>The same from the bundle itself.</summary>
    public static float[][] Read(Bundle bundle, IEnumerable<string> values) =>
        [.. values.Select(value => Read(bundle.Tables[0], bundle.Tables[0].KeyOf(System.Text.Encoding.UTF8.GetBytes(value))))];

    public static float[] Read(IRowTable table, ulong key)
    {
        int[] row = new int[1];
        table.Find([key], row);
        float[] numbers = new float[table.Dimension];
        table.Read(row, numbers, table.Dimension);
        return [.. numbers, table.FirstOrderOf(row[0])];
    }
}
