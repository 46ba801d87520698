using Taper.Data;

namespace Taper.Studies.Tests;

/// <summary>A temporary folder with a small prepared dataset, and studies of it.</summary>
public sealed class StudySpace : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-studies-").FullName;

    public StudySpace()
    {
        File.WriteAllLines(At("rows.csv"), [
            "user,item,label",
            .. Enumerable.Range(0, 200).Select(row => $"u{row % 7},i{row % 11},{(row % 7 == row % 11 ? 1 : row % 2)}"),
        ]);
        DatasetBuilder.Build(
            new DataConfig
            {
                Name = "small",
                Sources = [new SourceConfig { Name = "rows", Path = "rows.csv" }],
                Fields = [new FieldConfig { Name = "user" }, new FieldConfig { Name = "item" }],
                Split = new SplitConfig { Hash = new HashSplit { Columns = ["user", "item"], Validation = 0.2, Test = 0.2 } },
            },
            _folder,
            At("small"));
    }

    public string At(string name) => Path.Combine(_folder, name);

    /// <summary>A study of the dataset, and of another one where it is named.</summary>
    public Study Study(string yaml, string another = "")
    {
        File.WriteAllText(At("study.yaml"), $"datasets: {{small: {{dataset: small}}, {another}}}\n{yaml}");
        return Studies.Study.Load(At("study.yaml"), new Dictionary<string, string>());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
