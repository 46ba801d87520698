namespace Taper.Training.Interchange;

/// <summary>How a model lies in a folder for other programs.</summary>
internal interface IWeightLayout
{
    /// <summary>The file of the network's weights, which are called there as they are here.</summary>
    string NetworkFile { get; }

    /// <summary>Fills an empty folder.</summary>
    void Write(string folder, ExportedModel model, CancellationToken cancellation);

    /// <summary>Where a training finds a table in it, and the file of its values where that is another.</summary>
    ImportedTableConfig ImportOf(ExportedTable table);
}
