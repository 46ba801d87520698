// Scores rows from the standard input with a bundle: one row a line, values in the order of the bundle's fields, tabs between.
using System.Globalization;
using Taper.Models;

if (args.Length != 1)
{
    Console.Error.WriteLine("usage: ScoreRows BUNDLE < rows.tsv");
    return 2;
}

using Scorer scorer = Scorer.Open(args[0]);
FeatureBatch batch = scorer.CreateBatch();
while (Console.ReadLine() is { } line)
{
    batch.AddRow(line.Split('\t'));
}

float[] probabilities = new float[batch.Count];
scorer.Score(batch, probabilities);
foreach (float probability in probabilities)
{
    Console.WriteLine(probability.ToString("0.0000", CultureInfo.InvariantCulture));
}

return 0;
