// Asks a server for the scores of rows from the standard input: one row a line, values in the order of the model's fields, tabs between.
using System.Globalization;
using Taper.Client;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: CallServer http://HOST:PORT MODEL < rows.tsv");
    return 2;
}

using var http = new HttpClient { BaseAddress = new Uri(args[0]) };
var client = new ScoringClient(http, args[1], new ScoringClientOptions { Retries = 3 });
try
{
    ModelMetadata model = await client.GetMetadataAsync();
    List<Dictionary<string, object?>> rows = [];
    while (Console.ReadLine() is { } line)
    {
        rows.Add(model.Fields.Zip(line.Split('\t')).ToDictionary(pair => pair.First.Name, pair => (object?)pair.Second));
    }

    foreach (float probability in await client.PredictAsync(rows))
    {
        Console.WriteLine(probability.ToString("0.0000", CultureInfo.InvariantCulture));
    }

    return 0;
}
catch (ScoringException e)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
