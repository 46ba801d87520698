using System.Globalization;
using System.Text;
using ScottPlot;
using Taper.Embeddings.Storage;

namespace Taper.Studies.Replays;

/// <summary>Writes <c>replay.csv</c>, a row a period, and <c>replay.png</c> and <c>.svg</c>: AUC and memory by period.</summary>
internal static class ReplayReport
{
    private const int Width = 720, Height = 520, MostLabels = 24;

    private const float LabelAngle = 45, LabelRoom = 90;

    private const string Header =
        "period,examples,values,new_values,gone_values,grown,shrunk,test_auc,test_logloss,embedding_parameters,embedding_ratio,mean_size,seconds,anew_auc,anew_seconds";

    public static void Write(string folder, IReadOnlyList<ReplayedPeriod> periods)
    {
        StringBuilder csv = new(Header + "\n");
        foreach (ReplayedPeriod period in periods)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{period.Period.Name},{period.Examples},{period.Values.All},{period.Values.New},{period.Values.Gone},");
            csv.Append(CultureInfo.InvariantCulture, $"{period.Values.Grown},{period.Values.Shrunk},{period.Carried.Test.Auc},{period.Carried.Test.Logloss},");
            csv.Append(CultureInfo.InvariantCulture, $"{period.Carried.Embedding.Parameters},{period.Carried.Embedding.Ratio},{period.Carried.Embedding.MeanSize},");
            csv.Append(CultureInfo.InvariantCulture, $"{period.Carried.Seconds},{period.Anew?.Test.Auc},{period.Anew?.Seconds}\n");
        }

        AtomicFile.Write(Path.Combine(folder, "replay.csv"), stream => stream.Write(Encoding.UTF8.GetBytes(csv.ToString())));
        using Plot plot = Draw(periods);
        AtomicFile.Write(Path.Combine(folder, "replay.png"), stream => stream.Write(plot.GetImageBytes(Width, Height, ImageFormat.Png)));
        AtomicFile.Write(Path.Combine(folder, "replay.svg"), stream => stream.Write(Encoding.UTF8.GetBytes(plot.GetSvgXml(Width, Height))));
    }

    private static Plot Draw(IReadOnlyList<ReplayedPeriod> periods)
    {
        Plot plot = new();
        double[] places = [.. Enumerable.Range(0, periods.Count).Select(i => (double)i)];
        plot.Add.Scatter(places, [.. periods.Select(period => period.Carried.Test.Auc)]).LegendText = "AUC, carried on";
        if (periods.All(period => period.Anew is not null))
        {
            plot.Add.Scatter(places, [.. periods.Select(period => period.Anew!.Test.Auc)]).LegendText = "AUC, trained anew";
        }

        var memory = plot.Add.Scatter(places, [.. periods.Select(period => (double)period.Carried.Embedding.Parameters)]);
        (memory.LegendText, memory.Axes.YAxis, memory.MarkerShape) = ("embedding parameters", plot.Axes.Right, MarkerShape.OpenSquare);
        int step = (periods.Count + MostLabels - 1) / MostLabels;
        plot.Axes.Bottom.SetTicks(
            [.. places.Where(place => place % step == 0)], [.. periods.Where((_, i) => i % step == 0).Select(period => period.Period.Name)]);
        (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (LabelAngle, Alignment.MiddleLeft);
        (plot.Axes.Bottom.MinimumSize, plot.Axes.Right.MinimumSize) = (LabelRoom, LabelRoom);
        plot.Axes.Left.Label.Text = "test AUC, on the next period";
        plot.Axes.Right.Label.Text = "embedding parameters";
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.ShowLegend(Edge.Top);
        return plot;
    }
}
