using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>Writes what is known of the values that a vocabulary does not keep, so that they can enter a later one.</summary>
internal sealed class WaitingWriter(Database database, DataConfig config, string folder)
{
    /// <summary>A value whose count has faded below this is let go: were it to come again, it would be as good as new.</summary>
    private const double LeastCount = 0.01;

    private const int UsualSketchBytes = 1 << 24;

    /// <summary>Writes the file that <c>admission</c> asks for, if any.</summary>
    public void Write(CountedVocabulary vocabulary)
    {
        switch (config.Admission)
        {
            case Admission.Exact:
                WriteValues(vocabulary);
                break;
            case Admission.Sketch:
                WriteSketch(vocabulary);
                break;
        }
    }

    private void WriteValues(CountedVocabulary vocabulary)
    {
        (ValueCodes codes, ValueTotals totals) = (vocabulary.Plan.Codes, vocabulary.Totals);
        int[] waiting = [.. vocabulary.Waiting.Where(code => totals[code] >= LeastCount)];
        Array.Sort(waiting, (one, other) => codes[one].CompareTo(codes[other]));
        string file = vocabulary.Entry.WaitingFile;
        using ValueTable table = new(database, totals.AreExact, totals.HaveAges, $"writing {file}");
        foreach (int code in waiting)
        {
            table.Append(codes[code].Utf8, totals[code], totals.AgeOf(code));
        }

        table.WriteWaiting(Path.Combine(folder, file));
    }

    private void WriteSketch(CountedVocabulary vocabulary)
    {
        int width = CountSketch.WidthOf(config.SketchBytes ?? UsualSketchBytes);
        CountSketch sketch = vocabulary.Earlier?.Sketch?.Resized(width) ?? new CountSketch(width);
        foreach (int code in vocabulary.Waiting)
        {
            sketch.Raise(FeatureKey.Hash(vocabulary.Plan.Codes[code].Utf8), vocabulary.Totals[code]);
        }

        SketchFile.Write(Path.Combine(folder, vocabulary.Entry.SketchFile), sketch);
    }
}
